use super::LayoutError;
use super::field::{Field, Frame, Places};
pub(super) fn place(frame: &Frame<'_>, fields: &[Field<'_>]) -> Result<Places, LayoutError> {
    super::gcc::place(frame, fields)
}
