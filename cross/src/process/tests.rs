//! Real processes: shells that print, hang, die and flood.

use tokio::io::AsyncReadExt as _;

use super::kept::MAX_PRINTED;
use super::*;

const SOON: Duration = Duration::from_secs(10);

fn shell(script: &str) -> Invocation {
    Invocation::new("/bin/sh").args(["-c", script])
}

#[tokio::test]
async fn output_and_status_come_back() {
    let output = shell("echo out; echo err >&2; exit 3")
        .output(SOON)
        .await
        .unwrap();
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        ("out\n", "err\n")
    );
    assert_eq!(output.exit, Exit::Code(3));
}

#[tokio::test]
async fn a_process_that_is_asked_to_end_may_tidy_up_and_one_that_does_not_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let started = |handler: &str| {
        let script = format!("trap '{handler}' INT; echo up; while :; do sleep 1000 & wait; done");
        shell(&script).directory(folder.path()).start().unwrap()
    };
    for (handler, tidies_up) in [("echo > tidy; exit 0", true), ("", false)] {
        let mut running = started(handler);
        let (_input, mut output, _errors) = running.streams().unwrap();
        let mut up = [0; 3];
        output.read_exact(&mut up).await.unwrap();
        assert_eq!(running.ended(), None);
        let limit = if tidies_up { SOON } else { Duration::ZERO };
        running.end(nix::sys::signal::Signal::SIGINT, limit);
        assert_eq!(folder.path().join("tidy").exists(), tidies_up);
        let _ = std::fs::remove_file(folder.path().join("tidy"));
        let exit = running.child.wait().await.map(Exit::from).unwrap();
        let expected = if tidies_up {
            "exited with status 0"
        } else {
            "was killed by SIGKILL"
        };
        assert_eq!(exit.to_string(), expected);
    }
}

#[tokio::test]
async fn a_signal_is_distinguished_from_a_status() {
    let output = shell("kill -SEGV $$").output(SOON).await.unwrap();
    assert_eq!(output.exit.to_string(), "was killed by SIGSEGV");
}

#[tokio::test]
async fn a_failure_carries_what_the_program_said() {
    let error = shell("echo no such luck >&2; exit 1")
        .run(SOON)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`/bin/sh -c 'echo no such luck >&2; exit 1'` exited with status 1:\nno such luck"
    );
}

#[tokio::test]
async fn a_command_is_formatted_as_a_shell_takes_it() {
    let command = Invocation::new("/usr/bin/cc")
        .env("FLAGS", "-a\u{1f}it's")
        .args(["two words", "", "it's", "-o=x"]);
    assert_eq!(
        command.to_string(),
        r"FLAGS=$'-a\u001fit\'s' /usr/bin/cc 'two words' '' 'it'\''s' -o=x"
    );
    let bash = Invocation::new("bash")
        .args(["-c", r"printf %s $'-a\u001fit\'s'"])
        .run(SOON)
        .await
        .unwrap();
    assert_eq!(bash, "-a\u{1f}it's");
}

#[tokio::test]
async fn a_late_process_is_killed_with_its_children() {
    // The grandchild holds the pipe open: it must die too, or reading its output would never end.
    let mut running = shell("sleep 1000 & echo $!; wait").start().unwrap();
    let (_stdin, mut stdout, _stderr) = running.streams().unwrap();
    let mut grandchild = vec![0; 16];
    let read = stdout.read(&mut grandchild).await.unwrap();
    assert!(read > 0);
    drop(running);
    let rest = tokio::time::timeout(SOON, stdout.read(&mut grandchild)).await;
    assert_eq!(rest.expect("the pipe closes").unwrap(), 0);

    let late = shell("sleep 1000")
        .output(Duration::from_millis(10))
        .await
        .unwrap_err();
    assert!(matches!(late, ProcessError::Late { .. }), "{late}");
}

#[tokio::test]
async fn what_a_late_process_said_before_is_kept() {
    let limit = Duration::from_secs(2);
    let watched = shell("echo out; echo err >&2; exec sleep 1000")
        .watch(limit, 100)
        .await
        .unwrap();
    assert_eq!(watched.exit, None);
    assert_eq!(
        (watched.stdout.as_str(), watched.stderr.as_str()),
        ("out\n", "err\n")
    );
}

#[tokio::test]
async fn a_leader_that_ends_first_leaves_nobody_behind() {
    // The grandchild lets go of the pipes, so that nothing but its group ties it to us.
    let script = "sleep 1000 >/dev/null 2>&1 </dev/null & echo $!";
    let output = shell(script).output(SOON).await.unwrap();
    let stat = format!("/proc/{}/stat", output.stdout.trim());
    let is_gone = || std::fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
    let until = std::time::Instant::now() + SOON;
    while !is_gone() {
        assert!(std::time::Instant::now() < until, "{stat} is still there");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_is_left_of_the_group_does_not_hold_up_the_end() {
    let began = std::time::Instant::now();
    let output = shell("echo out; sleep 1000 &").output(SOON).await.unwrap();
    assert_eq!(
        (output.stdout.as_str(), output.exit),
        ("out\n", Exit::Code(0))
    );
    assert!(began.elapsed() < SOON, "the pipe was waited for");
}

#[tokio::test]
async fn a_flood_is_bounded() {
    let output = shell("head -c 20000000 /dev/zero; head -c 2000000 /dev/zero >&2")
        .output(SOON)
        .await
        .unwrap();
    assert_eq!(
        (output.stdout.len(), output.stderr.len()),
        (MAX_OUTPUT, MAX_ERRORS)
    );
}

#[tokio::test]
async fn a_flood_without_end_is_ended() {
    for script in ["exec yes", "exec yes >&2"] {
        let flood = shell(script).output(Duration::from_secs(600)).await;
        let told = flood.unwrap_err().to_string();
        assert!(told.contains(&MAX_PRINTED.to_string()), "{told}");
    }
}

#[tokio::test]
async fn who_is_out_of_reach_does_not_hold_up_the_end() {
    let began = std::time::Instant::now();
    // In a session of its own, with both pipes: it says who it is when it is there.
    let script = "setsid sh -c 'echo $$; exec sleep 15' & read -r line; echo out";
    let invocation = shell(script);
    let output = invocation.output(SOON).await.unwrap();
    assert_eq!(output.exit, Exit::Code(0));
    assert!(output.stdout.contains("out\n"), "{output:?}");
    assert!(began.elapsed() < SOON, "the pipe was waited for");
}

#[tokio::test]
async fn what_was_printed_before_the_end_is_there_though_others_hold_the_pipe() {
    let script = "setsid sleep 15 & head -c 50000 /dev/zero; head -c 50000 /dev/zero >&2";
    for _ in 0..20 {
        let output = shell(script).output(SOON).await.unwrap();
        assert_eq!(
            (output.stdout.len(), output.stderr.len()),
            (50_000, MAX_ERRORS)
        );
    }
}

#[tokio::test]
async fn a_missing_program_is_named() {
    let error = Invocation::new("/nowhere/gcc").run(SOON).await.unwrap_err();
    assert!(
        error.to_string().starts_with("cannot start /nowhere/gcc: "),
        "{error}"
    );
}
