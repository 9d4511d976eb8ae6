//! Classes of the C++ standard library: the standard says what they do, and each library how they lie.

/// Those whose members the standard gives away, or that no library lays out otherwise.
const ALIKE: &[&str] = &[
    "std::array",
    "std::atomic",
    "std::chrono::duration",
    "std::chrono::time_point",
    "std::complex",
    "std::pair",
];

/// The name by which people know a class of the library, without arguments and the namespaces of versions; `None` for a class of somebody else, and for one that is alike in all libraries.
pub(super) fn outermost(path: &str) -> Option<String> {
    let rest = path.strip_prefix("std::")?;
    let arguments = rest.find('<').unwrap_or(rest.len());
    let (name, arguments) = rest.split_at_checked(arguments)?;
    let is_version = |part: &&str| !part.starts_with("__");
    let parts: Vec<&str> = name.split("::").filter(is_version).collect();
    let first_argument = arguments
        .trim_start_matches('<')
        .split([',', '>'])
        .next()
        .unwrap_or_default();
    let name = match (parts.as_slice(), first_argument) {
        (["basic_string"], "char") => "std::string".to_owned(),
        (["basic_string"], "wchar_t") => "std::wstring".to_owned(),
        (parts, _) => format!("std::{}", parts.join("::")),
    };
    (!ALIKE.contains(&name.as_str())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_of_the_library_has_the_name_that_people_know() {
        for (path, name) in [
            (
                "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >",
                Some("std::string"),
            ),
            ("std::__1::basic_string<wchar_t>", Some("std::wstring")),
            (
                "std::vector<int, std::allocator<int> >",
                Some("std::vector"),
            ),
            ("std::__cxx11::list<int>", Some("std::list")),
            ("std::array<unsigned char, 4>", None),
            ("std::__1::pair<int, int>", None),
            ("stdx::vector<int>", None),
            ("net::std_like", None),
        ] {
            assert_eq!(outermost(path).as_deref(), name, "{path}");
        }
    }
}
