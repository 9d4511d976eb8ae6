//! Whether the program that a command names can be started where it is to run: found out before it is, so that the message is about the program and not about what starts it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use cross::runner::Runner;
use cross::target::{did_you_mean, nearest};
use cross::{Host, Target};

/// Says what is wrong with a program that cannot be started for a target.
///
/// # Errors
/// It is not there; or it is a script or a program of this machine, which the target's emulator cannot run.
pub(super) fn startable(
    program: &str,
    folder: &Path,
    runner: &Runner,
    target: &Target,
    host: &Host,
) -> anyhow::Result<()> {
    // What a command of the user's or another machine makes of it is for them to know.
    let (Runner::Native | Runner::Qemu { .. }) = runner else {
        return Ok(());
    };
    let Some(path) = found(program, folder, host) else {
        anyhow::bail!("{}", missing(program, folder));
    };
    // QEMU takes a path, and looks for no name.
    if let (Runner::Qemu { .. }, Some(what)) = (runner, of_this_machine(&path)) {
        anyhow::bail!(
            "`{program}` ({}) is {what}, and no program for {}: QEMU cannot run it. `targets = \"host\"` in its row has it take part on this machine alone",
            path.display(),
            target.name
        );
    }
    Ok(())
}

fn found(program: &str, folder: &Path, host: &Host) -> Option<PathBuf> {
    match program.contains('/') {
        true => Some(folder.join(program)).filter(|path| path.is_file()),
        false => host.program(program),
    }
}

fn missing(program: &str, folder: &Path) -> String {
    if program.contains('/') {
        let path = folder.join(program);
        return format!("there is no program {}", path.display());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).filter_map(|folder| folder.read_dir().ok());
    let names = folders
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let names: Vec<String> = names.collect();
    let near = did_you_mean(nearest(program, names.iter().map(String::as_str)));
    let here = match folder.join(program).is_file() {
        true => format!("; the one in {} is `./{program}`", folder.display()),
        false => String::new(),
    };
    format!("no program `{program}` is on the search path{near}{here}")
}

/// What a file is that only this machine runs as it is; `None` where it may be the target's.
fn of_this_machine(path: &Path) -> Option<&'static str> {
    let start = |path: &Path| -> Option<[u8; 20]> {
        let mut start = [0; 20];
        File::open(path).ok()?.read_exact(&mut start).ok()?;
        Some(start)
    };
    let mut script = [0; 2];
    let is_read = File::open(path).and_then(|mut file| file.read_exact(&mut script));
    if is_read.is_ok() && script == *b"#!" {
        return Some("a script");
    }
    let (other, own) = (start(path)?, start(Path::new("/proc/self/exe"))?);
    // The class, the byte order and the machine of an ELF file.
    let machine = |start: &[u8; 20]| match start {
        [0x7f, b'E', b'L', b'F', class, order, .., low, high] => {
            Some([*class, *order, *low, *high])
        }
        _ => None,
    };
    (machine(&other)? == machine(&own)?).then_some("a program of this machine")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn qemu() -> Runner {
        Runner::Qemu {
            program: "qemu-s390x".into(),
            sysroot: "/".into(),
            options: Vec::new(),
        }
    }

    fn told(program: &str, folder: &Path, runner: &Runner) -> String {
        let target = cross::target("s390x-unknown-linux-gnu").unwrap();
        match startable(program, folder, runner, target, &Host::this()) {
            Ok(()) => String::new(),
            Err(why) => why.to_string(),
        }
    }

    #[test]
    fn a_program_that_cannot_be_started_is_told_why() {
        let folder = tempfile::tempdir().unwrap();
        let own = std::env::current_exe().unwrap();
        std::fs::copy(own, folder.path().join("own")).unwrap();
        std::fs::write(folder.path().join("script.py"), "#!/usr/bin/python3\n").unwrap();
        std::fs::write(folder.path().join("other"), [0; 64]).unwrap();
        for (program, runner, why) in [
            ("./own", Runner::Native, ""),
            ("./other", qemu(), ""),
            ("sh", Runner::Native, ""),
            (
                "./own",
                qemu(),
                "is a program of this machine, and no program for s390x-unknown-linux-gnu",
            ),
            ("./script.py", qemu(), "is a script, and no program for"),
            ("./none", Runner::Native, "there is no program "),
            ("script.py", Runner::Native, "is `./script.py`"),
            (
                "chmodd",
                Runner::Native,
                "on the search path, did you mean `chmod`?",
            ),
        ] {
            let told = told(program, folder.path(), &runner);
            assert!(
                told.contains(why) && told.is_empty() == why.is_empty(),
                "{program}: {told}"
            );
        }
    }
}
