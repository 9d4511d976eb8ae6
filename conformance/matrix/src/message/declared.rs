//! What a user wrote of a message's type: a header and a name in it.

use std::fmt;

/// A type in a header: `packet.h: struct sample`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamedType {
    /// The header, from the folder of the user's file.
    pub header: String,
    /// The type's name as C writes it: `struct sample`, or a typedef.
    pub name: String,
}

/// The type of an encoding's requests, at each end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredTypes {
    /// What the server reads.
    pub server: NamedType,
    /// What the client writes.
    pub client: NamedType,
}

impl NamedType {
    /// Reads `HEADER: NAME`; `None` where one of the two is missing.
    pub fn read(text: &str) -> Option<NamedType> {
        let (header, name) = text.split_once(':')?;
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let header = header.trim().to_owned();
        (!header.is_empty() && !name.is_empty()).then_some(NamedType { header, name })
    }
}

impl fmt::Display for NamedType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_a_header_and_a_name_in_it() {
        for (text, read) in [
            (
                "packet.h: struct sample",
                Some(("packet.h", "struct sample")),
            ),
            (" a/b.h :\tstruct  s ", Some(("a/b.h", "struct s"))),
            ("packet.h:reading_t", Some(("packet.h", "reading_t"))),
            ("struct sample", None),
            ("packet.h: ", None),
            (": struct s", None),
        ] {
            let read = read.map(|(header, name)| NamedType {
                header: header.to_owned(),
                name: name.to_owned(),
            });
            assert_eq!(NamedType::read(text), read, "{text}");
        }
    }
}
