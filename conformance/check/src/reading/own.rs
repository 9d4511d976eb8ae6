//! The compilers of other machines that are here together with their C libraries: a compiler by itself reads hardly a header.

use std::ffi::OsString;
use std::path::Path;

use cross::{Host, compiler};
use layout_data::macros::Machines;

use super::front_end::FrontEnd;
use crate::Machine;
use crate::source::Kind;

/// The compiler of a machine, where it is here and has a C library to include.
pub(super) fn front_end(machine: &Machine<'_>, host: &Host, kind: Kind) -> Option<FrontEnd> {
    let mut words = match cross::target(machine.name) {
        Ok(target) => of_target(target, host)?,
        Err(_) => of_abi(machine.abi.name(), host)?,
    };
    if kind == Kind::Cxx {
        let program = words.first()?.to_str()?.strip_suffix("gcc")?.to_owned() + "g++";
        let path = host.named_program(&program)?;
        *words.first_mut()? = path.into_os_string();
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
    host.installed(&format!("usr/{prefix}/include/stdio.h"))?;
    Some(vec![program.into_os_string()])
}
