//! A client's share of the cells: what it is to ask, and its answers, put together cell by cell as they come.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use super::task::{Answered, Task};
use crate::participant::ParticipantId;
use crate::protocol::{Encoding, Vector};

/// The cells of one client that can run.
#[derive(Default)]
pub(super) struct Share(Vec<Asked>);

/// A cell by its number, and where its server listens.
struct Asked {
    cell: usize,
    encoding: Arc<dyn Encoding>,
    address: SocketAddr,
}

/// All answers to one cell, or the reasons why there is none, in the order of the vectors.
pub(super) struct Told {
    pub(super) client: ParticipantId,
    pub(super) cell: usize,
    pub(super) answers: Vec<Result<Answered, String>>,
}

impl Share {
    /// Adds a cell.
    pub(super) fn add(&mut self, cell: usize, encoding: &Arc<dyn Encoding>, address: SocketAddr) {
        self.0.push(Asked {
            cell,
            encoding: Arc::clone(encoding),
            address,
        });
    }

    /// Its cells, by number.
    pub(super) fn cells(&self) -> impl ExactSizeIterator<Item = usize> {
        self.0.iter().map(|asked| asked.cell)
    }

    /// What the client is to do: every vector in every cell. They are made when it begins, for those of all clients would take more room than all that is observed.
    pub(super) fn tasks(&self, vectors: &[Vector]) -> Vec<Task> {
        let task = |asked: &Asked, vector: &Vector| Task {
            encoding: Arc::clone(&asked.encoding),
            address: asked.address,
            vector: vector.clone(),
        };
        let cells = self.0.iter();
        let tasks = cells.flat_map(|asked| vectors.iter().map(move |vector| task(asked, vector)));
        tasks.collect()
    }
}

/// Puts a client's answers together, and hands each cell on when it has all of its own.
pub(super) struct Telling {
    client: ParticipantId,
    share: Arc<Share>,
    /// How many answers a cell has.
    vectors: usize,
    /// Of cells that have some of them.
    open: HashMap<usize, Vec<Option<Result<Answered, String>>>>,
    told: UnboundedSender<Told>,
}

impl Telling {
    /// Nothing was answered yet. Each cell has `vectors` tasks, one after the other.
    pub(super) fn new(
        client: ParticipantId,
        share: Arc<Share>,
        vectors: usize,
        told: UnboundedSender<Told>,
    ) -> Telling {
        Telling {
            client,
            share,
            vectors,
            open: HashMap::new(),
            told,
        }
    }

    /// Takes the answer to a task, which is given once.
    pub(super) fn hear(&mut self, task: usize, answer: Result<Answered, String>) {
        let Some(place) = task.checked_div(self.vectors) else {
            return;
        };
        let answers = self.open.entry(place);
        let answers = answers.or_insert_with(|| (0..self.vectors).map(|_| None).collect());
        if let Some(one) = answers.get_mut(task % self.vectors) {
            *one = Some(answer);
        }
        if answers.iter().any(Option::is_none) {
            return;
        }
        let answers = self.open.remove(&place).unwrap_or_default();
        if let Some(asked) = self.share.0.get(place) {
            // Where nobody listens the run has ended.
            let _ = self.told.send(Told {
                client: self.client.clone(),
                cell: asked.cell,
                answers: answers.into_iter().flatten().collect(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Protocol as _;
    use crate::sums::Sums;
    use crate::sums::vectors::{Pair, PairChoice};
    use tokio::sync::mpsc::unbounded_channel;

    #[test]
    fn a_cell_is_told_when_its_last_answer_came_whatever_came_between() {
        let sums = Sums::new(PairChoice::Given(vec![
            Pair { a: 1, b: 2 },
            Pair { a: 3, b: 4 },
        ]));
        let mut share = Share::default();
        for cell in [70, 71] {
            share.add(cell, &sums.encodings()[0], "127.0.0.1:1".parse().unwrap());
        }
        assert_eq!(share.tasks(sums.vectors()).len(), 4);
        let client = ParticipantId {
            implementation: "c-gcc".to_owned(),
            target: "here".to_owned(),
        };
        let (told, mut heard) = unbounded_channel();
        let mut telling = Telling::new(client, Arc::new(share), 2, told);
        let answer = |word: &str| Err(word.to_owned());
        telling.hear(3, answer("3"));
        telling.hear(1, answer("1"));
        assert!(heard.try_recv().is_err());
        telling.hear(2, answer("2"));
        telling.hear(0, answer("0"));
        for (cell, words) in [(71, ["2", "3"]), (70, ["0", "1"])] {
            let told = heard.try_recv().unwrap();
            let said: Vec<_> = told.answers.iter().flat_map(Result::as_ref).collect();
            assert!(said.is_empty() && told.cell == cell);
            let said: Vec<_> = told.answers.into_iter().filter_map(Result::err).collect();
            assert_eq!(said, words);
        }
        assert!(heard.try_recv().is_err());
    }
}
