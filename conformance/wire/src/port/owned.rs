//! Files that are ours to write: their first line has a fingerprint of the others, and what somebody edited has another.

use std::path::Path;

use kit::fingerprint::Fingerprint;

use super::Generated;

const MARK: &str = "crossum port ";

/// What stands where a file is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing, or what was written and not touched.
    Ours,
    /// What was written, and edited since.
    Edited,
    /// Somebody else's.
    Foreign,
}

/// The text with its first line.
pub fn marked(file: &Generated) -> String {
    let (begin, end) = file.comment;
    let print = fingerprint(&file.text);
    format!(
        "{begin}{MARK}{print}: written by crossum, and written anew by it as long as nobody edits it{end}\n{}",
        file.text
    )
}

/// What a text is.
pub fn found(text: &str) -> Found {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let Some((_, print)) = first.split_once(MARK) else {
        return Found::Foreign;
    };
    match print.split(':').next() == Some(&fingerprint(rest)) {
        true => Found::Ours,
        false => Found::Edited,
    }
}

/// What stands at a place.
///
/// # Errors
/// It cannot be read.
pub fn at(path: &Path) -> std::io::Result<Found> {
    match std::fs::read(path) {
        Ok(octets) => Ok(found(&String::from_utf8_lossy(&octets))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Found::Ours),
        Err(error) => Err(error),
    }
}

fn fingerprint(text: &str) -> String {
    let mut print = Fingerprint::default();
    print.add(text);
    print.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_edited_is_not_ours() {
        let file = Generated {
            name: "a.c".to_owned(),
            text: "int a;\nint b;\n".to_owned(),
            comment: ("/* ", " */"),
        };
        let text = marked(&file);
        assert_eq!(found(&text), Found::Ours);
        assert_eq!(found(&text.replace("int b", "int c")), Found::Edited);
        assert_eq!(found(&format!("{text}\n")), Found::Edited);
        assert_eq!(found(&file.text), Found::Foreign);
        assert_eq!(found(""), Found::Foreign);
    }
}
