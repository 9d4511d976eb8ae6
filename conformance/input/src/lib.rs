//! What is given to be checked, and what each machine reads of it.
//!
//! [`source`] opens a source by this machine's compiler, [`debug_files`] an object with the files that have its debug information, and [`rust`] a crate. [`subjects`] are the types in it that were asked about. [`reading`] says what each machine's compiler sees of a source: its own text, its own constants, its own C library. How a type lies there is the model's to say, and whether that is good is a product's.
//!
//! [`source`] and [`reading`] ask compilers; the rest is pure.

mod bits;
mod built;
pub mod conditional;
pub mod debug_files;
pub mod integer_names;
pub mod machine;
pub mod prelude;
pub mod reading;
pub mod rust;
pub mod source;
pub mod subjects;

pub use built::Built;
pub use machine::Machine;
pub use subjects::Subject;
