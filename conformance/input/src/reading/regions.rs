//! Whose the lines of a preprocessed text are, as its line markers say: the user's, or a C library's and the compiler's.

use std::collections::HashMap;
use std::sync::Arc;

use super::headers;

/// The file that a line comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) file: Arc<str>,
    /// Whether it is a header of the system: of its C library, or of the compiler.
    pub(super) is_system: bool,
    /// Whether it is a header of Linux that was included: one text for all machines, but of that system.
    pub(super) is_kernels: bool,
    /// Whether a macro of the system stands there in a file of the user's.
    pub(super) is_expanded: bool,
}

/// Reads line markers, in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Regions {
    /// Whether a file was marked as the system's when it was entered.
    entered: HashMap<Arc<str>, bool>,
}

impl Regions {
    /// What a line marker begins: ` 1 "/usr/include/stdint.h" 1 3 4`; `None` of another directive.
    ///
    /// A compiler marks what a macro of the system left in a user's file as the system's, too, and what a macro of the command line left in a header of the system as the user's. Whose a file is, its first mark says.
    pub(super) fn enter(&mut self, directive: &str) -> Option<Region> {
        let rest = directive.trim_start();
        let rest = rest.strip_prefix("line ").unwrap_or(rest);
        let (_, rest) = rest.split_once(' ')?;
        let (file, flags) = rest.strip_prefix('"')?.rsplit_once('"')?;
        let is_marked = flags.split(' ').any(|flag| flag == "3");
        let file: Arc<str> = file.replace("\\\\", "\\").into();
        let was_marked = *self.entered.entry(Arc::clone(&file)).or_insert(is_marked);
        Some(Region {
            is_system: was_marked && headers::is_of_implementation(&file),
            is_kernels: was_marked && file.contains("/include/linux/"),
            is_expanded: is_marked && !was_marked,
            file,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_macro_leaves_is_of_the_file_that_it_stands_in() {
        let mut regions = Regions::default();
        let mut told = |directive: &str| {
            let region = regions.enter(directive)?;
            Some((region.is_system, region.is_expanded))
        };
        assert_eq!(told(" 1 \"own.h\""), Some((false, false)));
        assert_eq!(
            told(" 1 \"/usr/include/stdint.h\" 1 3 4"),
            Some((true, false))
        );
        assert_eq!(told(" 145 \"/usr/include/stdint.h\""), Some((true, false)));
        assert_eq!(told(" 2 \"own.h\" 2"), Some((false, false)));
        assert_eq!(told(" 2 \"own.h\" 3 4"), Some((false, true)));
        assert_eq!(
            told(" 1 \"/usr/include/zlib.h\" 1 3 4"),
            Some((false, false))
        );
        assert_eq!(told("pragma pack(1)"), None);
    }
}
