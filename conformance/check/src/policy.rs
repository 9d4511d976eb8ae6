//! Which findings a project does not tolerate, and which it knows about: options and `crossum.toml`.
//!
//! ```toml
//! [check]
//! deny = ["width", "byte-order"]
//! allow = ["byte-order@struct args", "padding-leak"]
//! ```

use serde::Deserialize;

use super::findings::{self, Finding};

/// What is denied, and what is allowed all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Codes; `all` stands for each.
    pub deny: Vec<String>,
    /// `CODE` or `CODE@TYPE`: not told and never denied, everywhere or of that type.
    pub allow: Vec<String>,
}

impl Policy {
    /// Both together.
    pub fn and(mut self, other: Policy) -> Policy {
        self.deny.extend(other.deny);
        self.allow.extend(other.allow);
        self
    }

    /// That every code is one.
    ///
    /// # Errors
    /// One that is none, with the nearest.
    pub fn check(&self) -> anyhow::Result<()> {
        let denied = self
            .deny
            .iter()
            .map(String::as_str)
            .filter(|code| *code != "all");
        let allowed = self.allow.iter().map(|allow| split(allow).0);
        for code in denied.chain(allowed) {
            findings::named(code)?;
        }
        Ok(())
    }

    /// Whether a finding of a type is known and accepted.
    pub fn allows(&self, finding: &Finding, name: &str) -> bool {
        self.allow.iter().any(|allow| {
            let (code, of) = split(allow);
            code == finding.rule.code && of.is_none_or(|of| is_called(name, of))
        })
    }

    /// What is allowed of types that are none of these, with the names of those types.
    pub fn of_others<'p>(&'p self, names: &'p [&str]) -> impl Iterator<Item = (&'p str, &'p str)> {
        let of_types = self.allow.iter().filter_map(|allow| {
            let (_, of) = split(allow);
            Some((allow.as_str(), of?))
        });
        of_types.filter(|(_, of)| !names.iter().any(|name| is_called(name, of)))
    }

    /// Whether a finding is one that the project does not tolerate.
    pub fn denies(&self, finding: &Finding) -> bool {
        let denied = |code: &String| code == "all" || code == finding.rule.code;
        self.deny.iter().any(denied)
    }
}

/// Whether a type is called so: without its keyword a name is as good.
fn is_called(name: &str, given: &str) -> bool {
    name == given || name.rsplit(' ').next() == Some(given)
}

fn split(allow: &str) -> (&str, Option<&str>) {
    match allow.split_once('@') {
        Some((code, name)) => (code, Some(name)),
        None => (allow, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::Found;

    #[test]
    fn a_finding_is_allowed_by_its_code_alone_or_of_one_type() {
        let finding = Finding {
            rule: findings::named("width").unwrap(),
            found: Found::default(),
        };
        for (allow, name, allowed) in [
            ("width", "struct args", true),
            ("width@struct args", "struct args", true),
            ("width@args", "struct args", true),
            ("width@struct result", "struct args", false),
            ("byte-order", "struct args", false),
            ("byte-order@struct args", "struct args", false),
        ] {
            let policy = Policy {
                allow: vec![allow.to_owned()],
                ..Policy::default()
            };
            assert_eq!(policy.allows(&finding, name), allowed, "{allow} {name}");
        }
    }

    #[test]
    fn a_code_that_is_none_is_told_with_the_nearest() {
        for policy in [
            Policy {
                deny: vec!["with".to_owned()],
                ..Policy::default()
            },
            Policy {
                allow: vec!["with@x".to_owned()],
                ..Policy::default()
            },
        ] {
            let error = policy.check().unwrap_err().to_string();
            assert!(error.contains("did you mean `width`?"), "{error}");
        }
    }
}
