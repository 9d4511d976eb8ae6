//! The compilers of other machines that are here together with their C libraries: a compiler by itself reads hardly a header.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use cross::process::Invocation;
use cross::{Host, compiler};
use kit::pool::run_all;
use layout::macros::Machines;

use super::front_end::FrontEnd;
use crate::Machine;
use crate::source::Kind;

/// What a compiler predefines is said at once.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(20);

/// The compiler of a machine, where it is here and has a C library to include.
pub(super) fn front_end(machine: &Machine<'_>, host: &Host, kind: Kind) -> Option<FrontEnd> {
    let mut words = match cross::target(machine.base()) {
        Ok(target) => of_target(target, host)?,
        Err(_) => of_abi(machine.abi.row(), host)?,
    };
    if kind == Kind::Cxx {
        let program = words.first()?.to_str()?.strip_suffix("gcc")?.to_owned() + "g++";
        let path = host.named_program(&program)?;
        *words.first_mut()? = path.into_os_string();
        // GCC before 6 reads C++98 where nobody says otherwise, and Debian's for AVR is of 5.
        if machine.abi.row().starts_with("avr") {
            words.push("-std=gnu++1z".into());
        }
    }
    let name = Path::new(words.first()?).file_name()?;
    Some(FrontEnd {
        name: name.to_str()?.to_owned(),
        abi: machine.abi.clone(),
        words,
        is_gcc: true,
    })
}

/// Whether a target's C library can be included here.
pub fn is_complete(target: &cross::Target, host: &Host) -> bool {
    of_target(target, host).is_some()
}

fn of_target(target: &cross::Target, host: &Host) -> Option<Vec<OsString>> {
    let gcc = compiler::gcc(host, target).ok()?.value;
    let words = gcc.words();
    let has_sysroot = words.len() > 1;
    let place = format!("usr/{}/include/stdio.h", target.gnu);
    let native = || target.is_native() && host.installed("usr/include/stdio.h").is_some();
    let is_complete = has_sysroot || host.installed(&place).is_some() || native();
    is_complete.then(|| words.into_iter().map(Into::into).collect())
}

/// Of an ABI that no target has: the program that the table of macros was made with.
fn of_abi(abi: &str, host: &Host) -> Option<Vec<OsString>> {
    // The same programs compile for them, with another C library.
    if abi.contains("musl") || abi.contains("android") {
        return None;
    }
    let head = &Machines::builtin().get(abi)?.head;
    let prefix = head
        .program
        .strip_suffix("-gcc")
        .filter(|_| head.args.is_empty())?;
    let program = host.program(&head.program)?;
    // avr-libc has a folder in which no other library is.
    let mut places = [format!("usr/{prefix}"), format!("usr/lib/{prefix}")].into_iter();
    places.find_map(|place| {
        host.installed(&format!("{place}/include/stdio.h"))
            .filter(|header| is_its_own(header))
    })?;
    Some(vec![program.into_os_string()])
}

/// Whether the folder of a header is no link to that of another machine beside it: Debian's gcc for 64-bit PA-RISC finds the headers of the 32-bit one so, which declare another ABI's types. mingw-w64's are elsewhere, for both of its machines.
fn is_its_own(header: &Path) -> bool {
    let machine = |path: &Path| Some(path.parent()?.parent()?.to_owned());
    let of_all = |machine: &Path| machine.parent()?.canonicalize().ok();
    let here = machine(header);
    let there = header.canonicalize().ok().and_then(|path| machine(&path));
    let (Some(here), Some(there)) = (here, there) else {
        return false;
    };
    here.file_name() == there.file_name() || of_all(&here) != of_all(&there)
}

/// The targets whose compilers here have 64 bits of time without being asked: those of Debian 13's gcc for most 32-bit machines.
///
/// # Errors
/// A task was lost.
pub async fn wide(host: &Host, jobs: usize) -> anyhow::Result<BTreeSet<&'static str>> {
    let all = cross::targets().filter_map(|target| {
        let words = of_target(target, host)?;
        // Debian's gcc before 14 has no such default, and asking takes time.
        let old = (8..14).any(|version| {
            host.installed(&format!("usr/lib/gcc-cross/{}/{version}", target.gnu))
                .is_some()
        });
        (!old && !target.is_native()).then_some((target.name.as_str(), words))
    });
    let work = all.map(|(name, words)| async move {
        let mut words = words.into_iter();
        let program = words.next().unwrap_or_default();
        let asked =
            Invocation::new(program)
                .args(words)
                .args(["-E", "-dM", "-x", "c", "/dev/null"]);
        let said = asked.output(QUESTION_TIMEOUT).await.ok()?;
        let is_wide = said
            .stdout
            .lines()
            .any(|line| line == "#define _TIME_BITS 64");
        is_wide.then_some(name)
    });
    let work: Vec<_> = work.collect();
    let found = run_all(jobs, work).await.into_iter();
    let found: Result<Vec<_>, String> = found.collect();
    let found = found.map_err(anyhow::Error::msg)?;
    Ok(found.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_are_another_machines_by_a_link_are_not_ones_own() {
        let root = tempfile::tempdir().unwrap();
        let include = |machine: &str| root.path().join("usr").join(machine).join("include");
        std::fs::create_dir_all(include("hppa-linux-gnu")).unwrap();
        std::fs::write(include("hppa-linux-gnu").join("stdio.h"), "").unwrap();
        std::fs::create_dir_all(include("hppa64-linux-gnu").parent().unwrap()).unwrap();
        std::os::unix::fs::symlink("../hppa-linux-gnu/include", include("hppa64-linux-gnu"))
            .unwrap();
        assert!(is_its_own(&include("hppa-linux-gnu").join("stdio.h")));
        assert!(!is_its_own(&include("hppa64-linux-gnu").join("stdio.h")));
        assert!(!is_its_own(&include("no-such").join("stdio.h")));
        let shared = root.path().join("usr/share/mingw/include");
        std::fs::create_dir_all(&shared).unwrap();
        std::fs::write(shared.join("stdio.h"), "").unwrap();
        std::fs::create_dir_all(include("i686-mingw").parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&shared, include("i686-mingw")).unwrap();
        assert!(is_its_own(&include("i686-mingw").join("stdio.h")));
    }
}
