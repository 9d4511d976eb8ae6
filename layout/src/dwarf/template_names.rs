//! Arguments of C++ templates in one spelling: GCC has `slot<long unsigned int, 3u>`, and Clang `slot<unsigned long, 3U>`.

/// A name in which the arguments of templates are spelled as people do: `slot<unsigned long, const char *, 3>`.
pub(super) fn canonical(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut words: Vec<&str> = Vec::new();
    let mut depth = 0_usize;
    for token in tokens(name) {
        let is_word = token.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        // `operator<` and its kin are no arguments.
        if depth > 0 && is_word {
            words.push(token);
            continue;
        }
        end(&mut text, &mut words);
        match token {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            _ => {}
        }
        match token {
            "," if depth > 0 => text.push_str(", "),
            "*" | "&" if depth > 0 && !text.ends_with(['*', '&', '(']) => {
                text.push(' ');
                text.push_str(token);
            }
            token => text.push_str(token),
        }
    }
    end(&mut text, &mut words);
    text
}

/// Words, `::` as a part of them, and single characters.
fn tokens(name: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let mut rest = name;
    let mut is_open = false;
    std::iter::from_fn(move || {
        // Outside of arguments a space is a part of the name.
        if is_open {
            rest = rest.trim_start();
        }
        let first = rest.chars().next()?;
        let end = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (token, behind) = rest.split_at_checked(end)?;
        is_open |= token == "<";
        rest = behind;
        Some(token)
    })
}

/// Adds the words of a type, or a number.
fn end(text: &mut String, words: &mut Vec<&str>) {
    if words.is_empty() {
        return;
    }
    let count = |word: &str| words.iter().filter(|one| **one == word).count();
    let mut spelled: Vec<&str> = Vec::new();
    spelled.extend(["const", "volatile"].iter().filter(|word| count(word) > 0));
    let others = words
        .iter()
        .filter(|word| !matches!(**word, "const" | "volatile"));
    let is_integer = |word: &&&str| {
        matches!(
            **word,
            "long" | "short" | "int" | "char" | "unsigned" | "signed"
        )
    };
    if others.clone().all(|word| is_integer(&word)) && others.clone().next().is_some() {
        spelled.extend(["unsigned"].iter().filter(|word| count(word) > 0));
        spelled.extend(
            ["signed"]
                .iter()
                .filter(|_| count("signed") * count("char") > 0),
        );
        match (count("char"), count("short"), count("long")) {
            (1.., ..) => spelled.push("char"),
            (_, 1.., _) => spelled.push("short"),
            (_, _, 0) => spelled.push("int"),
            (_, _, longs) => spelled.extend(std::iter::repeat_n("long", longs)),
        }
    } else {
        spelled.extend(others.map(|word| number(word)));
    }
    // Behind a pointer: `char * const`.
    if text.ends_with(['*', '&']) {
        text.push(' ');
    }
    text.push_str(&spelled.join(" "));
    words.clear();
}

/// A number without the letters that say its type.
fn number(word: &str) -> &str {
    match word.starts_with(|c: char| c.is_ascii_digit()) {
        true => word.trim_end_matches(['u', 'U', 'l', 'L']),
        false => word,
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn compilers_spellings_of_one_type_are_one() {
        for (spellings, right) in [
            (
                &["slot<long unsigned int>", "slot<unsigned long>"][..],
                "slot<unsigned long>",
            ),
            (&["slot<long int>", "slot<long>"], "slot<long>"),
            (
                &["slot<slot<long long int> >", "slot<slot<long long>>"],
                "slot<slot<long long>>",
            ),
            (
                &[
                    "slot<char const*>",
                    "slot<const char *>",
                    "slot<const char*>",
                ],
                "slot<const char *>",
            ),
            (
                &[
                    "a<double, 3u>::in<signed char>",
                    "a<double,3U>::in<signed char>",
                ],
                "a<double, 3>::in<signed char>",
            ),
            (&["slot<long double>"], "slot<long double>"),
            (&["net::slot<net::kind>"], "net::slot<net::kind>"),
            (&["plain name"], "plain name"),
        ] {
            for spelling in spellings {
                assert_eq!(canonical(spelling), right, "{spelling}");
            }
        }
    }
}
