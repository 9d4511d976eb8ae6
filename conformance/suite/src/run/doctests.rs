//! The command line that cargo gave to rustdoc, changed so that the target's own runner runs the examples.

use cross::compiler::Linker;
use cross::process::Invocation;
use cross::runner::Runner;
use cross::rust_std::RustStd;

/// The note where examples would have to run on another machine.
pub(super) const NOT_ELSEWHERE: &str =
    "doctests not run: rustdoc starts each by itself, and takes none to another machine";

/// What cargo gave, without the recorder in the runner's place, and without JSON for errors, which people read.
fn cleaned(args: &[String]) -> Vec<String> {
    let mut cleaned = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            // Each with a value.
            "--test-runtool" | "--test-runtool-arg" | "--error-format" => drop(args.next()),
            _ => cleaned.push(arg.clone()),
        }
    }
    cleaned
}

/// The command that runs the examples of a crate.
pub(super) fn command(
    rustdoc: Invocation,
    args: &[String],
    runner: &Runner,
    std: &RustStd,
    linker: &Linker,
) -> Invocation {
    let mut command = rustdoc.args(cleaned(args));
    let is_targets = args.iter().any(|arg| arg == "--target");
    if !is_targets {
        return command;
    }
    if let Some(sysroot) = std.place.sysroot() {
        command = command.arg(format!("--sysroot={}", sysroot.display()));
    }
    let flags = linker.flags.iter().map(|flag| format!("-Clink-arg={flag}"));
    command = command.args(flags);
    let mut words = words(runner).into_iter();
    if let Some(program) = words.next() {
        command = command.arg("--test-runtool").arg(program);
    }
    words.fold(command, |command, word| {
        command.arg("--test-runtool-arg").arg(word)
    })
}

/// The words that a program is appended to.
pub(super) fn words(runner: &Runner) -> Vec<String> {
    match runner {
        Runner::Native => Vec::new(),
        Runner::Qemu {
            program,
            sysroot,
            options,
        } => {
            let words = [program.display(), sysroot.display()];
            let [program, sysroot] = words.map(|path| path.to_string());
            [&[program, "-L".to_owned(), sysroot], options.as_slice()].concat()
        }
        Runner::Wine(wine) => vec![wine.program.display().to_string()],
        Runner::Command(command) => command.words.clone(),
        // rustdoc's programs are not brought there: see `NOT_ELSEWHERE`.
        Runner::Remote(_) | Runner::Board(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorder_is_replaced_by_the_runner() {
        let args = "--edition=2024 --test src/lib.rs --target t --test-runtool /rec --test-runtool-arg record -C linker=gcc --error-format json";
        let args: Vec<_> = args.split(' ').map(str::to_owned).collect();
        assert_eq!(
            cleaned(&args).join(" "),
            "--edition=2024 --test src/lib.rs --target t -C linker=gcc"
        );
    }
}
