//! What the cells of an encoding that break have in common.

use std::fmt;

use super::fact::DistinguishingFact;

/// A fact that distinguishes cells, and others that hold in the same cells: the machines at hand do not distinguish them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distinction {
    /// The likeliest.
    pub likeliest: DistinguishingFact,
    /// The others.
    pub or: Vec<DistinguishingFact>,
    /// A target that would distinguish most of them from it, if it took part.
    pub distinguished_by: Option<&'static str>,
}

/// What the cells of an encoding that break have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// They are exactly those in which one of these holds.
    Where(Vec<Distinction>),
    /// They are all cells, some between machines that do not differ.
    Everywhere,
    /// They are all cells that ran: there is none to compare them with.
    Alone,
    /// Nothing.
    Nothing,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Explanation::Everywhere => {
                f.write_str("everywhere, between equal machines too: it is not the machines")
            }
            Explanation::Alone => {
                f.write_str("there is no cell that is right to compare with: choose more machines")
            }
            Explanation::Nothing => {
                f.write_str("no fact of the machines tells these cells from the others")
            }
            Explanation::Where(all) => {
                for (at, distinction) in all.iter().enumerate() {
                    let or = if at == 0 { "where " } else { ", or where " };
                    write!(f, "{or}{}", distinction.likeliest)?;
                }
                Ok(())
            }
        }
    }
}
