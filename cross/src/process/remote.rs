//! A command on another machine: one line for a shell there.
//!
//! ssh joins its words with spaces and has a shell split them again; the environment stays here, the directory is another one, and no signal crosses. When the connection ends, sshd closes the program's streams and lets it run. So the line is quoted as a whole, sets what is to be set, and has the end of its input watched.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

use super::{Invocation, UNREACHED};

/// How many seconds a program has to end after SIGTERM, there.
const GRACE: u32 = 10;

/// The line that does there what the invocation says. Any POSIX shell takes it, and others that know single quotes.
pub(super) fn command_line(invocation: &Invocation) -> OsString {
    let mut line = b"sh -c ".to_vec();
    line.extend(quoted(&script(invocation)));
    OsString::from_vec(line)
}

fn script(invocation: &Invocation) -> Vec<u8> {
    let program = quoted(invocation.program.as_os_str().as_bytes());
    let mut script = Vec::new();
    let mut say = |parts: &[&[u8]]| parts.iter().for_each(|part| script.extend(*part));
    // A shell would say 127, and so may a program; this no program can have said.
    let lost = format!(
        " || {{ echo 'no such program on this machine: it is to be copied there, or in a shared folder' >&2; exit {UNREACHED}; }}; "
    );
    say(&[b"test -x ", &program, lost.as_bytes()]);
    if let Some(directory) = &invocation.directory {
        let directory = quoted(directory.as_os_str().as_bytes());
        say(&[b"cd ", &directory, b" 2>/dev/null; "]);
    }
    for (key, value) in invocation.env.iter().filter(|(key, _)| is_name(key)) {
        let value = quoted(value.as_bytes());
        say(&[b"export ", key.as_bytes(), b"=", &value, b"; "]);
    }
    let mut command = program;
    for arg in &invocation.args {
        command.push(b' ');
        command.extend(quoted(arg.as_bytes()));
    }
    if invocation.reads_input {
        say(&[b"exec ", &command]);
    } else {
        // The watch holds none of the streams but the input: whoever reads the others sees their end with the program's.
        let watch = format!(
            " </dev/null 3<&- & p=$!; {{ cat <&3; kill $p; sleep {GRACE}; kill -9 $p; }} >/dev/null 2>&1 & w=$!; wait $p; s=$?; kill $w; exit $s"
        );
        say(&[b"exec 3<&0; ", &command, watch.as_bytes()]);
    }
    script
}

/// Whether a shell takes it for the name of a variable.
fn is_name(key: &OsStr) -> bool {
    let word = |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'_';
    let octets = key.as_bytes();
    octets.iter().all(word) && octets.first().is_some_and(|first| !first.is_ascii_digit())
}

/// A word in single quotes, where it needs them.
fn quoted(word: &[u8]) -> Vec<u8> {
    let plain = |octet: &u8| octet.is_ascii_alphanumeric() || b"-_=+./:,@%".contains(octet);
    if !word.is_empty() && word.iter().all(plain) {
        return word.to_vec();
    }
    let mut quoted = vec![b'\''];
    for octet in word {
        match octet {
            b'\'' => quoted.extend(br"'\''"),
            other => quoted.push(*other),
        }
    }
    quoted.push(b'\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::{Exit, ProcessError};
    use std::time::Duration;

    const SOON: Duration = Duration::from_secs(20);

    /// As ssh: a clean environment, another directory, a session of its own, and the words joined for a shell.
    fn remote(program: &str) -> Invocation {
        let ssh = "cd /; exec env -i PATH=\"$PATH\" setsid --wait sh -c \"$*\"";
        Invocation::new(program).through(Invocation::new("/bin/sh").args(["-c", ssh, "ssh"]))
    }

    #[tokio::test]
    async fn words_variables_and_directory_arrive_whole() {
        let words = ["a b", "it's", "", "$HOME", "*", "a\nb", "\"", "\\", "é"];
        let printf = remote("/usr/bin/printf").arg("[%s]").args(words);
        let expected = words.map(|word| format!("[{word}]")).concat();
        assert_eq!(printf.run(SOON).await.unwrap(), expected);

        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let shell = remote("/bin/sh")
            .args(["-c", "pwd; echo $COLOUR; echo $HOME"])
            .env("COLOUR", "light blue")
            .env("not a name", "x")
            .directory(&folder);
        let expected = format!("{}\nlight blue\n\n", folder.display());
        assert_eq!(shell.run(SOON).await.unwrap(), expected);
        let elsewhere = remote("/bin/pwd").directory("/no/such/folder");
        assert_eq!(elsewhere.run(SOON).await.unwrap(), "/\n");
    }

    #[tokio::test]
    async fn a_status_crosses_and_that_of_the_connection_is_no_programs() {
        let exits = |code| remote("/bin/sh").args(["-c", code]);
        for (code, expected) in [
            ("exit 0", 0),
            ("exit 101", 101),
            ("exit 127", 127),
            ("kill -ABRT $$", 134),
        ] {
            let output = exits(code).output(SOON).await.unwrap();
            assert_eq!(output.exit, Exit::Code(expected), "{code}");
        }
        let lost = exits("echo dark >&2; exit 255").output(SOON).await;
        assert!(
            matches!(&lost, Err(ProcessError::Unreached { stderr, .. }) if stderr.contains("dark")),
            "{lost:?}"
        );
        let missing = remote("/no/such/program").output(SOON).await.unwrap_err();
        assert!(
            missing
                .to_string()
                .contains("no such program on this machine"),
            "{missing}"
        );
    }

    #[tokio::test]
    async fn the_end_of_the_connection_ends_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("alive");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        // Open as long as the program or its child lives.
        let lives = format!(
            "exec 4>{}; sleep 1000 & trap 'kill $!; echo asked >&4; exit' TERM; echo here >&4; wait",
            fifo.display()
        );
        let running = remote("/bin/sh").args(["-c", &lives]).start().unwrap();
        let mut alive = tokio::net::unix::pipe::OpenOptions::new()
            .open_receiver(&fifo)
            .unwrap();
        alive.readable().await.unwrap();
        drop(running);
        let mut octets = Vec::new();
        let end = tokio::io::AsyncReadExt::read_to_end(&mut alive, &mut octets);
        tokio::time::timeout(SOON, end).await.unwrap().unwrap();
        assert_eq!(String::from_utf8(octets).unwrap(), "here\nasked\n");
    }

    #[tokio::test]
    async fn a_program_that_reads_gets_the_input() {
        let mut running = remote("/bin/cat").reading_input().start().unwrap();
        let (mut input, mut output, _errors) = running.streams().unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut input, b"hello")
            .await
            .unwrap();
        drop(input);
        let mut said = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut output, &mut said)
            .await
            .unwrap();
        assert_eq!(said, "hello");
        assert_eq!(running.wait().await.unwrap(), Exit::Code(0));
    }
}
