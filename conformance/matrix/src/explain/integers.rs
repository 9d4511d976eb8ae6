//! A trap's octets, which are other integers to one machine than to the other.

use std::fmt::{Result, Write as _};

use proto::MAX_MESSAGE;

use super::octets::spaced;
use crate::expectation::{Ends, Prediction};
use crate::outcome::{Outcome, Short};
use crate::sums::predict::traps::{Field, Trap};

/// Writes what each end makes of what the other wrote.
pub(super) fn write(
    ends: Ends<'_>,
    prediction: &Prediction,
    trap: &dyn Trap,
    text: &mut String,
) -> Result {
    let Prediction { sent, received, .. } = prediction;
    let Ends { client, server } = ends;
    writeln!(text, "  the client writes {} octets", sent.len())?;
    fields(&trap.request(client), sent, text)?;
    writeln!(text, "  the server reads")?;
    fields(&trap.request(server), sent, text)?;
    if !received.is_empty() {
        writeln!(text, "  the server writes {} octets", received.len())?;
        fields(&trap.reply(server, received), received, text)?;
        writeln!(text, "  the client reads")?;
        fields(&trap.reply(client, received), received, text)?;
    }
    if let Outcome::Starved(Some(Short { got, want })) = prediction.outcome {
        writeln!(
            text,
            "  the server has {got} octets of the next {want}, and the client waits for a reply: both hang"
        )?;
    }
    Ok(())
}

/// A line for each field, as far as the octets reach, and one for the octets that are left.
fn fields(fields: &[Field], octets: &[u8], text: &mut String) -> Result {
    let mut offset = 0;
    for field in fields {
        let rest = octets.get(offset..).unwrap_or_default();
        let own = rest.get(..field.size).unwrap_or(rest);
        let shown = spaced(own);
        let what = match field.read(own) {
            // Nothing behind it is read.
            Some(length) if field.name == "length" && !is_allowed(length) => {
                return writeln!(
                    text,
                    "    {offset:>2}  {shown:<23}  length = {length}, more than {MAX_MESSAGE}: refused"
                );
            }
            Some(value) => format!("{} = {value}", field.name),
            None => format!("{}: {} of {} octets", field.name, own.len(), field.size),
        };
        writeln!(text, "    {offset:>2}  {shown:<23}  {what}")?;
        offset += own.len();
    }
    match octets.get(offset..) {
        None | Some([]) => Ok(()),
        Some(rest) => writeln!(text, "    {offset:>2}  {:<23}  (the next)", spaced(rest)),
    }
}

/// Whether a frame may be so long.
fn is_allowed(length: i64) -> bool {
    usize::try_from(length).is_ok_and(|length| length <= MAX_MESSAGE)
}
