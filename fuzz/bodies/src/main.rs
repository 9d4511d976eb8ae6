//! `corpus`: writes the packs of `fuzz/corpus` into folders for cargo-fuzz, and folders into packs.

use std::{
    env, fs,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use fuzz_bodies::pack::{self, Pack};

const USAGE: &str = "\
usage: corpus unpack TARGET ...   write the inputs of fuzz/corpus/TARGET.hex into the folder fuzz/corpus/TARGET
       corpus pack TARGET ...     write the files of the folder fuzz/corpus/TARGET into fuzz/corpus/TARGET.hex";

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["unpack", targets @ ..] if !targets.is_empty() => each(targets, unpack),
        ["pack", targets @ ..] if !targets.is_empty() => each(targets, pack),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("corpus: {error}");
            ExitCode::FAILURE
        }
    }
}

fn each(targets: &[&str], act: impl Fn(&str) -> Result<String, Failure>) -> Result<(), Failure> {
    for target in targets {
        let said = act(target)?;
        writeln!(io::stdout(), "{target}: {said}")?;
    }
    Ok(())
}

fn unpack(target: &str) -> Result<String, Failure> {
    let packed = read(&pack::file(target))?;
    packed.to_folder(&pack::folder(target))?;
    Ok(format!("{} inputs unpacked", packed.len()))
}

/// Says how many inputs there were: a folder that was not unpacked first would lose them.
fn pack(target: &str) -> Result<String, Failure> {
    let file = pack::file(target);
    let before = if file.exists() { read(&file)?.len() } else { 0 };
    let folder = pack::folder(target);
    let packed = Pack::from_folder(&folder).map_err(|error| {
        let folder = folder.display();
        format!("cannot read the folder {folder}: {error}; `corpus unpack {target}` makes it")
    })?;
    fs::write(file, packed.to_string())?;
    Ok(format!("{} inputs packed, {before} before", packed.len()))
}

fn read(file: &Path) -> Result<Pack, Failure> {
    let located = |error: &dyn std::error::Error| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| located(&error))?;
    Ok(text.parse().map_err(|error| located(&error))?)
}
