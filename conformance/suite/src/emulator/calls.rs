//! What the calls of the system show, as QEMU writes them down (`QEMU_STRACE`). Pure.

use std::collections::BTreeSet;

/// Whether a process could not start a program, and ended with the status that the C library has for that: 127.
pub(crate) fn miss_a_program(calls: &str) -> bool {
    // The processes whose last call was to start one.
    let mut starting = BTreeSet::new();
    for (process, call) in calls.lines().filter_map(|line| line.split_once(' ')) {
        if call.starts_with("execve(") {
            starting.insert(process);
        } else if call.starts_with("exit_group(127)") && starting.contains(process) {
            return true;
        } else {
            starting.remove(process);
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_ends_at_once_when_no_program_is_there_is_found() {
        let failed = "7 execve(\"/bin/x\",{\"x\",NULL}) = -1 errno=2 (No such file or directory)\n";
        let ended = "7 exit_group(127)\n";
        for (calls, expected) in [
            ([failed, ended].concat(), true),
            // Two processes write at once.
            (
                [failed, "5 read(3,0x4000,8)7 exit_group(127)\n", ended].concat(),
                true,
            ),
            (
                [
                    "5 execve(\"/bin/x\",{\"x\",NULL})",
                    "\n5 brk(NULL) = 0\n5 exit_group(127)",
                ]
                .concat(),
                false,
            ),
            ([failed, "7 exit_group(0)\n"].concat(), false),
            ([failed, "8 exit_group(127)\n"].concat(), false),
            (ended.to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(miss_a_program(&calls), expected, "{calls}");
        }
    }
}
