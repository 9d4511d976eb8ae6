//! Cells: server participant x client participant x encoding.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::participant::Participant;
use crate::protocol::Encoding;

/// One cell of the matrix.
#[derive(Clone)]
pub struct Cell {
    /// Who serves.
    pub server: Arc<Participant>,
    /// Who asks.
    pub client: Arc<Participant>,
    /// In which encoding.
    pub encoding: Arc<dyn Encoding>,
}

/// All cells of these servers, clients and encodings, sorted: by encoding in the order of PROTOCOL.md, then server, then client.
pub fn cells(
    servers: &[Arc<Participant>],
    clients: &[Arc<Participant>],
    encodings: &[Arc<dyn Encoding>],
) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(servers.len() * clients.len() * encodings.len());
    for encoding in encodings {
        for server in servers {
            for client in clients {
                cells.push(Cell {
                    server: Arc::clone(server),
                    client: Arc::clone(client),
                    encoding: Arc::clone(encoding),
                });
            }
        }
    }
    cells
}

impl Cell {
    /// Whether both ends say that they implement the encoding.
    pub fn is_declared(&self) -> bool {
        let name = self.encoding.name();
        self.server.implementation.implements(name) && self.client.implementation.implements(name)
    }

    /// The command that runs this cell again; participants of one's own are in a file.
    pub fn rerun(&self, file: Option<&Path>) -> String {
        rerun(file, &self.server.id, &self.client.id, self.encoding.name())
    }
}

/// The command that runs the cell of these names again.
pub(crate) fn rerun(
    file: Option<&Path>,
    server: &dyn fmt::Display,
    client: &dyn fmt::Display,
    encoding: &str,
) -> String {
    // It is to be copied into a shell.
    let file = file.map_or(String::new(), |file| {
        let file = file.display().to_string();
        let quoted = shlex::try_quote(&file);
        format!(" {}", quoted.as_deref().unwrap_or(&file))
    });
    format!("crossum matrix{file} --server {server} --client {client} --encodings {encoding}")
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} serves, {} asks",
            self.encoding.name(),
            self.server.id,
            self.client.id
        )
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cell({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_runs_a_cell_again_can_be_copied_into_a_shell() {
        let again = |file: &str| rerun(Some(Path::new(file)), &"s", &"c", "e");
        let rest = "--server s --client c --encodings e";
        assert_eq!(again("my.toml"), format!("crossum matrix my.toml {rest}"));
        assert_eq!(
            again("it's mine.toml"),
            format!("crossum matrix \"it's mine.toml\" {rest}")
        );
    }
}
