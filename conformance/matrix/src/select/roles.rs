//! Who plays which part: the participants that names on the command line leave, as servers and as clients.

use cross::Target;
use kit::names::{Unknown, short, targets_and_extras};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::available::Available;
use crate::cell::Cell;
use crate::participant::{self, Implementation, LeftOut, Participant, ParticipantId};
use kit::fingerprint::Fingerprint;
use layout::Abis;

const PARTICIPANTS: &str =
    "; a participant is IMPLEMENTATION@TARGET, and either half stands for all that have it";

/// The names that were given to choose by. A list that is empty chooses everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Of targets.
    pub targets: Vec<String>,
    /// Of encodings.
    pub encodings: Vec<String>,
    /// Of participants, or of either half of one.
    pub participants: Vec<String>,
    /// Of those that serve.
    pub servers: Vec<String>,
    /// Of those that ask.
    pub clients: Vec<String>,
    /// The extras that take part where no target is named: those whose tools are here.
    pub extras: Vec<&'static Target>,
    /// Whether those take part, where no target is named, that [nobody needs](Implementation::is_beside_others): their compiler is here.
    pub beside_others: bool,
}

impl Names {
    /// Whether it is said neither who serves nor who asks.
    fn names_no_role(&self) -> bool {
        self.servers.is_empty() && self.clients.is_empty()
    }

    /// Whether a participant, a server or a client is named by this target.
    fn mentions(&self, target: &Target) -> bool {
        let mut names = [&self.participants, &self.servers, &self.clients]
            .into_iter()
            .flatten();
        names.any(|name| {
            let name = name.split_once('@').map_or(name.as_str(), |(_, at)| at);
            name == target.name || name == short(&target.name)
        })
    }

    /// Whether an implementation is named, with its target or for all.
    fn mentions_implementation(&self, implementation: &Implementation) -> bool {
        let mut names = [&self.participants, &self.servers, &self.clients]
            .into_iter()
            .flatten();
        names.any(|name| name.split('@').next() == Some(implementation.name.as_str()))
    }

    /// Whether an implementation is wanted for a target: one that nobody needs there only where it is named, or nothing is and it is here.
    fn wants(&self, implementation: &Implementation, target: &Target) -> bool {
        !implementation.is_beside_others(target)
            || self.mentions_implementation(implementation)
            || self.beside_others && self.targets.is_empty()
    }

    /// Whether a cell between these two is asked for: of those who join the sums one is in it, unless others are named.
    pub(super) fn admit(&self, available: &Available, cell: &Cell) -> bool {
        let is_joining = |end: &Participant| available.is_joining(&end.id.implementation);
        available.joining.is_empty()
            || !(self.participants.is_empty() && self.names_no_role())
            || is_joining(&cell.server)
            || is_joining(&cell.client)
    }

    /// Who plays which part.
    ///
    /// # Errors
    /// A name that is no participant's, implementation's or target's, or that names a participant that there cannot be.
    pub fn roles(&self, available: &Available, abis: &Abis) -> Result<Roles, Unknown> {
        let nobody = self.participants.is_empty() && self.names_no_role();
        let implementations = available.implementations.iter();
        let asked_for = implementations.filter(|one| !nobody || available.is_asked_for(&one.name));
        let extras: Vec<_> = cross::target::extras()
            .filter(|extra| self.extras.contains(extra) || self.mentions(extra))
            .collect();
        let asked_for: Vec<_> = asked_for.cloned().collect();
        let targets = targets_and_extras(&self.targets, &extras)?;
        // Whoever names a participant or its target wants it tried.
        let named = [
            &self.targets,
            &self.participants,
            &self.servers,
            &self.clients,
        ]
        .iter()
        .any(|names| !names.is_empty());
        let (mut there, left_out) = participant::participants(&asked_for, &targets, abis, named);
        there.retain(|one| self.wants(&one.implementation, one.target));
        self.choose(there, left_out, named)
    }

    /// Of those that there are, who plays which part. `participants`, `servers` and `clients` name participants (`rust@s390x-unknown-linux-gnu`), implementations (`rust`) or targets.
    fn choose(
        &self,
        there: Vec<Participant>,
        left_out: Vec<LeftOut>,
        named: bool,
    ) -> Result<Roles, Unknown> {
        let there: Vec<_> = there.into_iter().map(Arc::new).collect();
        for (what, names) in [
            ("participant", &self.participants),
            ("server", &self.servers),
            ("client", &self.clients),
        ] {
            for name in names {
                if !there.iter().any(|participant| is_named(participant, name)) {
                    let ids: Vec<_> = there
                        .iter()
                        .map(|participant| participant.id.to_string())
                        .collect();
                    let words = there.iter().flat_map(|participant| {
                        [&participant.id.implementation, &participant.target.name]
                    });
                    let all = ids.iter().chain(words).map(String::as_str);
                    let why = left_out.iter().find(|left| left.id.to_string() == *name);
                    let hint =
                        why.map_or(PARTICIPANTS.to_owned(), |left| format!(": {}", left.why));
                    return Err(match why {
                        Some(_) => Unknown::new(what, name, std::iter::empty(), &hint),
                        None => Unknown::new(what, name, all, &hint),
                    });
                }
            }
        }
        let chosen = |names: &Vec<String>| -> Vec<_> {
            let is_chosen = |participant: &&Arc<Participant>| {
                [&self.participants, names].iter().all(|names| {
                    names.is_empty() || names.iter().any(|name| is_named(participant, name))
                })
            };
            // An implementation's name stands for what is in the default matrix.
            let unobserved_unasked = |participant: &&Arc<Participant>| {
                let asks = |name: &String| {
                    name != &participant.id.implementation && is_named(participant, name)
                };
                participant.target.unobserved.is_some()
                    && ![&self.targets, &self.participants, names]
                        .iter()
                        .any(|names| names.iter().any(asks))
            };
            there
                .iter()
                .filter(is_chosen)
                .filter(|participant| !unobserved_unasked(participant))
                .cloned()
                .collect()
        };
        let (mut servers, mut clients) = (chosen(&self.servers), chosen(&self.clients));
        servers.retain(|participant| participant.implementation.serves());
        clients.retain(|participant| participant.implementation.asks());
        let playing: BTreeSet<_> = servers
            .iter()
            .chain(&clients)
            .map(|participant| participant.id.clone())
            .collect();
        let all = there
            .into_iter()
            .filter(|participant| playing.contains(&participant.id))
            .collect();
        let left_out = match named {
            true => Vec::new(),
            false => left_out,
        };
        Ok(Roles {
            servers,
            clients,
            all,
            left_out,
        })
    }
}

/// Which participants play which part.
#[derive(Clone)]
pub struct Roles {
    /// Those that serve.
    pub servers: Vec<Arc<Participant>>,
    /// Those that ask.
    pub clients: Vec<Arc<Participant>>,
    /// Everybody who plays a part.
    pub all: Vec<Arc<Participant>>,
    /// Those who cannot, and why.
    pub left_out: Vec<LeftOut>,
}

impl Roles {
    /// Those of them who play a part in these cells.
    #[must_use]
    pub fn within(&self, cells: &[Cell]) -> Roles {
        let servers: BTreeSet<_> = cells.iter().map(|cell| &cell.server.id).collect();
        let clients: BTreeSet<_> = cells.iter().map(|cell| &cell.client.id).collect();
        let of = |those: &[Arc<Participant>], wanted: &dyn Fn(&ParticipantId) -> bool| {
            let those = those.iter().filter(|participant| wanted(&participant.id));
            those.cloned().collect()
        };
        Roles {
            servers: of(&self.servers, &|id| servers.contains(id)),
            clients: of(&self.clients, &|id| clients.contains(id)),
            all: of(&self.all, &|id| {
                servers.contains(id) || clients.contains(id)
            }),
            left_out: self.left_out.clone(),
        }
    }

    /// A fingerprint of all that the tables say of these participants: two programs that agree in it expect the same of them.
    pub fn fingerprint(&self, abis: &Abis) -> String {
        let mut fingerprint = Fingerprint::default();
        let mut tell = |parts: &[&str]| parts.iter().for_each(|part| fingerprint.add(part));
        for participant in &self.all {
            let implementation = &participant.implementation;
            tell(&[&participant.id.to_string()]);
            for encoding in &implementation.encodings {
                tell(&[encoding]);
            }
            let facts = abis
                .get(&participant.target.abi)
                .map(layout::Abi::fact_words);
            for (key, value) in facts.into_iter().flatten() {
                tell(&[&key, &value]);
            }
        }
        fingerprint.to_string()
    }
}

/// A target's name may be short in each.
fn is_named(participant: &Participant, name: &str) -> bool {
    let target = &participant.target.name;
    let implementation = &participant.id.implementation;
    let is_target = |name: &str| name == target || name == short(target);
    let halves = name.split_once('@');
    implementation == name
        || is_target(name)
        || halves.is_some_and(|(one, at)| one == implementation && is_target(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sums::vectors::PairChoice;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn choose(
        targets: &[String],
        participants: &[String],
        servers: &[String],
        clients: &[String],
    ) -> Result<Roles, Unknown> {
        let names = Names {
            targets: targets.to_vec(),
            encodings: Vec::new(),
            participants: participants.to_vec(),
            servers: servers.to_vec(),
            clients: clients.to_vec(),
            extras: Vec::new(),
            beside_others: false,
        };
        names.roles(
            &Available::new(None, PairChoice::default()),
            Abis::builtin(),
        )
    }

    #[test]
    fn a_misspelt_name_gets_the_nearest() {
        let available = Available::new(None, PairChoice::default());
        let error = available.encodings(&names(&["raw-lon"])).err().unwrap();
        assert_eq!(
            error.to_string(),
            "unknown encoding `raw-lon`, did you mean `raw-long`?; `crossum predict` lists them"
        );
        let error = choose(&[], &[], &names(&["rust@s390-unknown-linux-gnu"]), &[])
            .err()
            .unwrap();
        assert_eq!(
            error.to_string(),
            "unknown server `rust@s390-unknown-linux-gnu`, did you mean `rust@s390x-unknown-linux-gnu`?; a participant is IMPLEMENTATION@TARGET, and either half stands for all that have it"
        );
        let error = kit::names::targets(&names(&["zzz"])).err().unwrap();
        let error = error.to_string();
        let expected = "unknown target `zzz`; `crossum targets` lists them";
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn a_target_is_named_as_it_is_read_in_a_list() {
        for server in ["rust@s390x", "rust@s390x-unknown-linux-gnu"] {
            let roles = choose(&[], &[], &names(&[server]), &names(&["s390x"])).unwrap();
            let ids: Vec<_> = roles.servers.iter().map(|one| one.id.to_string()).collect();
            assert_eq!(ids, ["rust@s390x-unknown-linux-gnu"]);
            let mut clients = roles.clients.iter();
            assert!(clients.all(|one| one.target.name == "s390x-unknown-linux-gnu"));
            assert!(!roles.clients.is_empty());
        }
    }

    #[test]
    fn a_board_takes_part_where_it_is_named_or_where_its_tools_are() {
        let is_uno = |roles: &Roles| roles.all.iter().any(|one| one.target.name == "avr-none");
        assert!(!is_uno(&choose(&[], &[], &[], &[]).unwrap()));
        for named in ["avr", "avr-none", "c-gcc@avr"] {
            let both = names(&[named, "x86_64"]);
            assert!(is_uno(&choose(&[], &both, &[], &[]).unwrap()), "{named}");
            let client = choose(&[], &[], &[], &names(&[named])).unwrap();
            assert_eq!(client.clients.len(), 1, "{named}");
            assert!(client.servers.len() > 40, "{named}");
        }
        assert!(is_uno(&choose(&names(&["avr"]), &[], &[], &[]).unwrap()));
        let here = Names {
            extras: vec![cross::target("avr-none").unwrap()],
            ..Names::default()
        };
        let available = Available::new(None, PairChoice::default());
        let roles = here.roles(&available, Abis::builtin()).unwrap();
        assert!(is_uno(&roles));
        assert!(
            roles
                .all
                .iter()
                .any(|one| one.target.name == "x86_64-unknown-linux-gnu")
        );
    }

    #[test]
    fn who_is_beside_others_takes_part_where_it_is_named_or_where_nothing_is_and_it_is_here() {
        let beside = "c-zig@s390x-unknown-linux-gnu";
        let has = |roles: &Roles| roles.all.iter().any(|one| one.id.to_string() == beside);
        assert!(!has(&choose(&[], &[], &[], &[]).unwrap()));
        assert!(!has(&choose(&names(&["s390x"]), &[], &[], &[]).unwrap()));
        for named in ["c-zig", "c-zig@s390x", beside] {
            let both = names(&[named, "c-gcc@x86_64"]);
            assert!(has(&choose(&[], &both, &[], &[]).unwrap()), "{named}");
            let client = choose(&[], &[], &[], &names(&[named])).unwrap();
            assert!(has(&client), "{named}");
        }
        let available = Available::new(None, PairChoice::default());
        for (targets, takes_part) in [(&[][..], true), (&["s390x"][..], false)] {
            let here = Names {
                targets: names(targets),
                beside_others: true,
                ..Names::default()
            };
            let roles = here.roles(&available, Abis::builtin()).unwrap();
            assert_eq!(has(&roles), takes_part, "{targets:?}");
        }
    }

    #[test]
    fn servers_and_clients_are_chosen_apart() {
        let roles = choose(
            &[],
            &[],
            &names(&["rust"]),
            &names(&["m68k-unknown-linux-gnu"]),
        )
        .unwrap();
        assert!(
            roles
                .servers
                .iter()
                .all(|server| server.id.implementation == "rust")
        );
        assert_eq!(roles.clients.len(), 1, "only gcc compiles for m68k");
        assert_eq!(roles.all.len(), roles.servers.len() + 1);
    }

    #[test]
    fn an_unobserved_target_is_tried_only_when_it_is_named() {
        let sh4 = names(&["sh4-unknown-linux-gnu"]);
        let unnamed = choose(&[], &[], &[], &[]).unwrap();
        assert!(
            unnamed
                .all
                .iter()
                .all(|participant| participant.target.name != sh4[0])
        );
        assert!(unnamed.left_out.iter().any(|left| left.id.target == sh4[0]));
        assert_eq!(choose(&sh4, &[], &[], &[]).unwrap().all.len(), 1);
        assert_eq!(choose(&[], &[], &sh4, &sh4).unwrap().all.len(), 1);
        let rust_only = choose(&[], &names(&["c-gcc"]), &[], &[]).unwrap();
        assert!(
            rust_only
                .all
                .iter()
                .all(|participant| participant.target.name != sh4[0])
        );
    }
}
