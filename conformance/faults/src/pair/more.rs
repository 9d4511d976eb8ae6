//! What a server has more than before: a pure rule, which neither load nor lost packets can turn.

use super::service::Holdings;
use super::terms::Left;

/// What a server has more than it had when nobody was connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum More {
    /// Nothing.
    Nothing,
    /// This, in words.
    Something(String),
    /// This, in words, but the server was not told that a connection is over: what it keeps for that one says nothing.
    NotTold(String),
}

impl More {
    pub(super) fn of(now: Holdings, before: Holdings) -> More {
        let connections = (now.connections.of_program, before.connections.of_program);
        let told = counted(connections, "connection", "connections");
        let descriptors = (now.descriptors, before.descriptors);
        let processes = (now.processes, before.processes);
        let kept = [
            counted(descriptors, "descriptor", "descriptors"),
            counted(processes, "process", "processes"),
        ];
        let kept = kept.into_iter().flatten();
        let half_open = counted((now.connections.half_open, 0), "connection", "connections");
        match (told, half_open) {
            // What was told to be over and is kept says enough.
            (Some(told), _) => More::Something(joined([told].into_iter().chain(kept))),
            (None, Some(half_open)) => More::NotTold(joined([half_open].into_iter().chain(kept))),
            (None, None) => match joined(kept) {
                words if words.is_empty() => More::Nothing,
                words => More::Something(words),
            },
        }
    }

    /// Whether it is as expected, or may be.
    pub(super) fn held(&self, expected: Left) -> bool {
        match (self, expected) {
            (_, Left::Any) | (More::NotTold(_), _) => true,
            (more, Left::Nothing) => *more == More::Nothing,
            (more, Left::Something) => *more != More::Nothing,
        }
    }

    pub(super) fn words(&self) -> String {
        match self {
            More::Nothing => "nothing left".to_owned(),
            More::Something(words) => format!("left: {words}"),
            More::NotTold(words) => format!(
                "undecided: {words}; the packet that was to end the connection was lost for good, and only keep-alive finds that"
            ),
        }
    }
}

/// How many there are more than before, in words.
fn counted((now, before): (usize, usize), one: &str, many: &str) -> Option<String> {
    match now.saturating_sub(before) {
        0 => None,
        1 => Some(format!("1 {one}")),
        more => Some(format!("{more} {many}")),
    }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::connections::Connections;
    use super::*;

    fn holdings(of_program: usize, half_open: usize, descriptors: usize) -> Holdings {
        Holdings {
            connections: Connections {
                of_program,
                half_open,
                under_way: half_open > 0,
            },
            descriptors,
            processes: 1,
        }
    }

    #[test]
    fn what_a_server_keeps_is_left_unless_it_was_not_told_of_the_end() {
        let before = holdings(0, 0, 5);
        let something = |words: &str| More::Something(words.to_owned());
        for (now, more) in [
            (holdings(0, 0, 5), More::Nothing),
            (holdings(0, 0, 4), More::Nothing),
            (holdings(0, 0, 6), something("1 descriptor")),
            (holdings(1, 0, 6), something("1 connection, 1 descriptor")),
            (holdings(2, 1, 8), something("2 connections, 3 descriptors")),
            (
                holdings(0, 1, 6),
                More::NotTold("1 connection, 1 descriptor".to_owned()),
            ),
        ] {
            assert_eq!(More::of(now, before), more);
        }
    }

    #[test]
    fn what_is_undecided_breaks_nothing() {
        let (words, kept) = (String::new, More::Something(String::new()));
        for (more, expected, held) in [
            (More::Nothing, Left::Nothing, true),
            (More::Nothing, Left::Something, false),
            (kept.clone(), Left::Nothing, false),
            (kept.clone(), Left::Something, true),
            (kept, Left::Any, true),
            (More::NotTold(words()), Left::Nothing, true),
            (More::NotTold(words()), Left::Something, true),
        ] {
            assert_eq!(more.held(expected), held, "{more:?}, {expected:?}");
        }
    }
}
