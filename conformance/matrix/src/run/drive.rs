//! One client process a participant: started once, it drives all its cells.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::{Duration, Instant};

use cross::process::{Exit, Invocation};
use tokio::io::AsyncWriteExt as _;
use tokio::process::ChildStdin;

use super::build::Lines;
use super::child::Child;
use super::contract::{Answer, ClientOutcome, MADE_UP};
use super::json_lines;
use super::task::{Answered, Task};
use kit::lines::NoLine;

/// A client that gives fewer answers than this within [`EXPECTED_WITHIN`] hangs.
///
/// Its own patience is a tenth of a second. A client that waited much longer for every answer would never be silent, and would not end for hours.
const ANSWERS_EXPECTED: usize = 30;
const EXPECTED_WITHIN: Duration = Duration::from_secs(60);
const ENDED_WITHIN: Duration = Duration::from_secs(10);

/// Octets of orders that are written at once: a quarter of a pipe, so that a client never waits for the next.
const CHUNK: usize = 16 * 1024;

/// An address for what is never asked there.
const NOBODY: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 1));

/// Has a client do all tasks. `heard` gets the answer to each as it comes, with the number of the task, from 0.
///
/// # Errors
/// Why an answer is missing, or what else the client did; then nothing that it answered before is to be believed.
pub(crate) async fn drive(
    invocation: &Invocation,
    lines: Lines,
    tasks: &[Task],
    heard: impl FnMut(usize, Answered),
) -> Result<(), String> {
    let mut child =
        Child::start(&invocation.clone().arg("drive")).map_err(|error| error.to_string())?;
    let Some(input) = child.input.take() else {
        return Err("its input is not piped".to_owned());
    };
    let talk = async {
        // Both at once: a client that answers before it has read everything must not wait for us to read.
        let ((), read) = tokio::join!(
            write(input, lines, tasks),
            read(&mut child, tasks.len(), heard)
        );
        read
    };
    if let Err(why) = talk.await {
        return Err(child.trouble(why).await);
    }
    // Its input has ended. Now its output must end, and then the client itself.
    match tokio::time::timeout(ENDED_WITHIN, child.lines.next()).await {
        Ok(Err(NoLine::End)) => {}
        Ok(Ok(line)) => {
            return Err(child
                .trouble(format!("one answer too many: `{line}`"))
                .await);
        }
        Ok(Err(no_line)) => return Err(child.trouble(no_line).await),
        Err(_) => {
            let why = format!(
                "did not end within {} s of its last answer",
                ENDED_WITHIN.as_secs()
            );
            return Err(child.trouble(why).await);
        }
    }
    match child.wait(ENDED_WITHIN).await {
        Ok(Exit::Code(0)) => Ok(()),
        Ok(exit) => Err(format!(
            "at the end of its input it {exit} where 0 was expected"
        )),
        Err(why) => Err(why),
    }
}

/// Writes the tasks; number 0 is the made-up one. Where the client stops reading, its answers will be missing.
///
/// Many lines at a time: a client that lags behind finds as many as its buffer takes, and is not woken for each.
async fn write(mut input: ChildStdin, lines: Lines, tasks: &[Task]) {
    let order = |id: usize, encoding: &str, address: SocketAddr, request: &str| match lines {
        Lines::Words => format!("{id} {encoding} {address} {request}\n"),
        Lines::Json => json_lines::order(id, encoding, address, request) + "\n",
    };
    let mut chunk = order(0, MADE_UP, NOBODY, "1 2");
    for (number, task) in (1..).zip(tasks) {
        let name = task.encoding.name();
        chunk += &order(number, name, task.address, &task.vector.to_string());
        if chunk.len() >= CHUNK {
            if input.write_all(chunk.as_bytes()).await.is_err() {
                return;
            }
            chunk.clear();
        }
    }
    // Nobody misses what a client does not read: its answers are missed.
    let _ = input.write_all(chunk.as_bytes()).await;
}

async fn read(
    child: &mut Child,
    tasks: usize,
    mut heard: impl FnMut(usize, Answered),
) -> Result<(), String> {
    // The made-up one is the first.
    let all = tasks + 1;
    let mut answered = vec![false; all];
    let mut count = 0;
    while count < all {
        let before = count;
        let enough = all.min(before + ANSWERS_EXPECTED);
        let some = async {
            while count < enough {
                let line = child
                    .lines
                    .next()
                    .await
                    .map_err(|no_line| no_line.to_string())?;
                let answer = Answer::read(&line).map_err(|nonsense| nonsense.to_string())?;
                let id = answer.id;
                let Some(answered) = answered.get_mut(id) else {
                    return Err(format!("an answer to line {id}, which was never asked"));
                };
                if answer.id == 0 && answer.said != ClientOutcome::Unsupported {
                    return Err(format!("did not decline the made-up encoding: `{line}`"));
                }
                if std::mem::replace(answered, true) {
                    return Err(format!("two answers to line {id}"));
                }
                count += 1;
                if let Some(task) = id.checked_sub(1) {
                    let when = Instant::now();
                    heard(task, Answered { answer, when });
                }
            }
            Ok(())
        };
        let told = tokio::time::timeout(EXPECTED_WITHIN, some).await;
        let given = || format!("after {count} of {all} answers");
        match told {
            Ok(Ok(())) => {}
            Ok(Err(why)) => return Err(format!("{why}, {}", given())),
            Err(_) => {
                let few = count - before;
                let seconds = EXPECTED_WITHIN.as_secs();
                return Err(format!("hangs: {few} answers in {seconds} s, {}", given()));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use crate::protocol::Protocol as _;
    use crate::sums::Sums;
    use crate::sums::vectors::{Pair, PairChoice};

    fn tasks(count: usize) -> Vec<Task> {
        let address = "127.0.0.1:1".parse().unwrap();
        let sums = Sums::new(PairChoice::Given(vec![Pair { a: 1, b: 2 }]));
        let task = Task {
            encoding: Arc::clone(&sums.encodings()[0]),
            address,
            vector: sums.vectors()[0].clone(),
        };
        vec![task; count]
    }

    /// What was heard, by the number of the task.
    async fn drive_by(script: &str, count: usize) -> Result<BTreeMap<usize, Answered>, String> {
        let mut all = BTreeMap::new();
        let shell = Invocation::new("/bin/sh").args(["-c", script]);
        let heard = |task, answered| drop(all.insert(task, answered));
        drive(&shell, Lines::Words, &tasks(count), heard).await?;
        Ok(all)
    }

    #[tokio::test]
    async fn an_answer_is_heard_as_that_of_its_task() {
        // It answers backwards.
        let script = "awk '{ id[NR] = $1 } END { for (n = NR; n; n--) print id[n], (id[n] ? \"sum \" id[n] : \"unsupported\"), \"sent - recv - from -\" }'";
        // So many that their orders are written in several chunks.
        let count = 2000;
        let answers = drive_by(script, count).await.unwrap();
        let sums: Vec<_> = answers
            .values()
            .map(|answered| &answered.answer.said)
            .collect();
        let expected: Vec<_> = (1..=2000).map(ClientOutcome::Sum).collect();
        assert_eq!(sums, expected.iter().collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn an_answer_too_many_is_nonsense() {
        let script = "awk '{ print $1, ($1 ? \"closed\" : \"unsupported\"), \"sent - recv - from -\" } END { print \"1 sum 3 sent - recv - from -\" }'";
        let why = drive_by(script, 3).await.unwrap_err();
        assert!(why.starts_with("one answer too many: `1 sum 3"), "{why}");
    }

    /// A paused clock jumps to the next limit as soon as everybody waits, for a process too.
    #[tokio::test(start_paused = true)]
    async fn a_client_that_hangs_is_given_up() {
        let why = drive_by("exec sleep 1000", 100).await.unwrap_err();
        assert!(
            why.starts_with("hangs: 0 answers in 60 s, after 0 of 101 answers"),
            "{why}"
        );
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_is_not_waited_for() {
        let count = 100_000;
        let why = drive_by(
            "exec 0</dev/null; echo '0 unsupported sent - recv - from -'",
            count,
        )
        .await
        .unwrap_err();
        assert!(
            why.starts_with("its output ended, after 1 of 100001 answers"),
            "{why}"
        );
    }
}
