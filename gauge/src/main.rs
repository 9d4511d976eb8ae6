//! Encodes and decodes values on one machine, prints the results, and marks the beginning and the end of each call. So whoever reads the emulator's log can count the instructions between.
//!
//! It reads the file `work`: a line of encodings, then a line `A B` for each value. It has no arguments, no environment and no pipe, since these could move something on its stack or heap.
//! It prints a line for each encoding and value, in that order: `ENCODING A B unrepresentable`, or `ENCODING A B HEX REQUEST HEX REPLY`. After each HEX comes what was decoded from it: `A,B`, a sum, or why there is none.
//! The first two marks have nothing between them. Then, for each line that is not `unrepresentable`, there are two marks around each of these: encoding the request, decoding it, encoding the reply, decoding it. The reply's sum is taken modulo 2^64.

use std::{env, fmt::Write as _, fs, hint::black_box, io::Write as _, process::ExitCode};

use proto::{Encoding, Reply, Request, Step, Unencodable};

fn main() -> ExitCode {
    match run() {
        Ok(said) => match std::io::stdout().write_all(said.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => trouble(&error.to_string()),
        },
        Err(why) => trouble(&why),
    }
}

fn trouble(why: &str) -> ExitCode {
    // In one write: the emulator writes its log to the same place.
    let _ = std::io::stderr().write_all(format!("gauge: {why}\n").as_bytes());
    ExitCode::FAILURE
}

fn run() -> Result<String, String> {
    if let Some((variable, _)) = env::vars_os().next() {
        return Err(format!(
            "${} is set: an empty environment was expected, since it lies on the stack",
            variable.to_string_lossy()
        ));
    }
    if env::args_os().next().is_none_or(|name| name != "./gauge") {
        return Err("it is to be started as ./gauge, since its name lies on the stack".to_owned());
    }
    let work = fs::read_to_string("work").map_err(|error| format!("cannot read work: {error}"))?;
    let mut lines = work.lines();
    let encodings = lines.next().unwrap_or_default().split_whitespace();
    let values = lines.map(value).collect::<Result<Vec<_>, _>>()?;
    let mut said = String::new();
    mark();
    mark();
    for name in encodings {
        let encoding = proto::named(name).ok_or_else(|| format!("no encoding `{name}`"))?;
        for &value in &values {
            let _ = write!(said, "{name} {} {} ", value.a, value.b);
            match measured(encoding, value) {
                Ok(words) => said.push_str(&words),
                Err(Unencodable::TooWide { .. }) => said.push_str("unrepresentable"),
                Err(why) => return Err(format!("{name}: {why}")),
            }
            said.push('\n');
        }
    }
    Ok(said)
}

fn value(line: &str) -> Result<Request, String> {
    let bad = || format!("`{line}`: two integers were expected");
    let (a, b) = line.split_once(' ').ok_or_else(bad)?;
    let integer = |word: &str| word.parse().map_err(|_| bad());
    Ok(Request {
        a: integer(a)?,
        b: integer(b)?,
    })
}

/// Encodes and decodes once without marks first, for what is done only once; then with marks.
fn measured(encoding: &dyn Encoding, value: Request) -> Result<String, Unencodable> {
    let sum = Reply::Sum(value.a.wrapping_add(value.b));
    let (mut request, mut reply) = (Vec::with_capacity(2048), Vec::with_capacity(2048));
    encoding.encode_request(value, &mut request)?;
    encoding.encode_reply(sum, &mut reply)?;
    black_box(encoding.decode_request(&request));
    black_box(encoding.decode_reply(&reply));
    request.clear();
    reply.clear();

    mark();
    let _ = black_box(encoding.encode_request(value, &mut request));
    mark();
    mark();
    let read_request = encoding.decode_request(&request);
    mark();
    mark();
    let _ = black_box(encoding.encode_reply(sum, &mut reply));
    mark();
    mark();
    let read_reply = encoding.decode_reply(&reply);
    mark();

    let mut words = hex::encode(&request);
    words.push(' ');
    words.push_str(&decoded(read_request, request.len(), |request| {
        format!("{},{}", request.a, request.b)
    }));
    words.push(' ');
    words.push_str(&hex::encode(&reply));
    words.push(' ');
    words.push_str(&decoded(read_reply, reply.len(), |reply| match reply {
        Reply::Sum(sum) => sum.to_string(),
        Reply::Refused(why) => why.to_string(),
    }));
    Ok(words)
}

fn decoded<T>(step: Step<T>, all: usize, format: impl FnOnce(T) -> String) -> String {
    match step {
        Step::Done { value, used } if used == all => format(value),
        Step::Done { used, .. } => format!("{used}-octets-of-{all}"),
        Step::NeedMore { want } => format!("wants-{want}-octets"),
        Step::Refused { why, .. } => why.to_string(),
    }
}

/// Where counting begins and ends. The reader of the log finds its address in the symbol table.
#[inline(never)]
fn mark() {
    black_box(());
}
