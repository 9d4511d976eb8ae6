//! What alignment a declaration asks for: `aligned(8)`, `alignas(double)`, `__declspec(align(16))`.

use super::number;

/// The alignment that a record's declaration asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Aligned {
    /// None.
    #[default]
    Naturally,
    /// So many octets.
    To(u32),
    /// Several, or what is no number here, or perhaps another record's.
    Somehow,
}

impl Aligned {
    /// With another one.
    pub(super) fn and(self, other: Aligned) -> Aligned {
        match (self, other) {
            (Aligned::Naturally, one) | (one, Aligned::Naturally) => one,
            (one, other) if one == other => one,
            _ => Aligned::Somehow,
        }
    }

    /// Of what stands in the parentheses: `8`, or `2 * sizeof(char[8])`.
    fn of(words: &[&str]) -> Aligned {
        let octets = number::of(words).and_then(|octets| u32::try_from(octets).ok());
        octets.map_or(Aligned::Somehow, Aligned::To)
    }
}

/// Whether a word begins to ask for one.
pub(super) fn is_asked_by(word: &str) -> bool {
    word.contains("align") || word == "_Alignas"
}

/// Reads them, word by word.
#[derive(Default)]
pub(super) struct Reader<'t> {
    /// What stands in the parentheses so far, once the word came.
    inside: Option<Vec<&'t str>>,
}

impl<'t> Reader<'t> {
    /// The alignment that ends with this word.
    pub(super) fn word(&mut self, word: &'t str) -> Option<Aligned> {
        let Some(inside) = &mut self.inside else {
            self.inside = is_asked_by(word).then(Vec::new);
            return None;
        };
        inside.push(word);
        let depth = |word: &&str| match *word {
            "(" => 1,
            ")" => -1,
            _ => 0,
        };
        if inside.iter().map(depth).sum::<i32>() > 0 {
            return None;
        }
        let aligned = match inside.as_slice() {
            ["(", words @ .., ")"] => Aligned::of(words),
            // `aligned`, without a number.
            _ => Aligned::Somehow,
        };
        self.inside = None;
        Some(aligned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alignment_is_a_number_or_is_asked_for_somehow() {
        for (words, aligned) in [
            ("aligned ( 8 ) )", Aligned::To(8)),
            ("alignas ( sizeof ( char [ 4 ] ) )", Aligned::To(4)),
            ("_Alignas ( double ) char", Aligned::Somehow),
            ("aligned ) )", Aligned::Somehow),
            ("aligned ( 2 * sizeof ( char [ 4 ] ) )", Aligned::To(8)),
            ("aligned ( K )", Aligned::Somehow),
        ] {
            let mut reader = Reader::default();
            let mut found = words.split(' ').filter_map(|word| reader.word(word));
            assert_eq!(found.next(), Some(aligned), "{words}");
        }
        assert_eq!(Aligned::To(4).and(Aligned::Naturally), Aligned::To(4));
        assert_eq!(Aligned::To(4).and(Aligned::To(8)), Aligned::Somehow);
    }
}
