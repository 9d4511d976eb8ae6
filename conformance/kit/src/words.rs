//! Numbers and octets as people read them.

/// So many of something.
pub fn some(number: usize, what: &str) -> String {
    format!(
        "{} {what}{}",
        grouped(number),
        if number == 1 { "" } else { "s" }
    )
}

/// A number with its thousands apart.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Octets in hexadecimal.
pub fn hex(octets: &[u8]) -> String {
    hex::encode(octets)
}

/// The octets that a text in hexadecimal stands for; `None` where it is none.
pub fn octets(text: &str) -> Option<Vec<u8>> {
    hex::decode(text).ok()
}
