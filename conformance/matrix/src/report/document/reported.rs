//! A cell of a document, with all that is referred to.

use super::{MatrixDocument, StoryRow, VectorRow, Word, names, naming};

/// What a document says of one cell.
#[derive(Clone, Copy, Debug)]
pub struct ReportedCell<'d> {
    document: &'d MatrixDocument<'d>,
    /// The server's name.
    pub server: &'d str,
    /// The client's name.
    pub client: &'d str,
    pub(crate) story: &'d StoryRow<'d>,
}

impl<'d> MatrixDocument<'d> {
    /// Its cells, in its order.
    pub fn reported(&'d self) -> impl Iterator<Item = ReportedCell<'d>> {
        // What is not there was found when it was read.
        self.cells.iter().filter_map(|cell| {
            let participants = &self.head.participants;
            Some(ReportedCell {
                document: self,
                server: participants.get(cell.server)?.id.as_str(),
                client: participants.get(cell.client)?.id.as_str(),
                story: self.stories.get(cell.story)?,
            })
        })
    }
}

impl<'d> ReportedCell<'d> {
    /// The encoding's name.
    pub fn encoding(&self) -> &'d str {
        self.story.encoding.as_str()
    }

    /// The verdict's name; `None` where nothing was run.
    pub fn verdict(&self) -> Option<&'d str> {
        self.story.verdict.as_ref().map(Word::as_str)
    }

    /// The result's name; `None` where there is none.
    pub fn result(&self) -> Option<&'d str> {
        self.story.result.as_ref().map(Word::as_str)
    }

    /// What came of each vector.
    pub(crate) fn vectors(&self) -> Vec<&'d VectorRow<'d>> {
        let there = &self.document.exchanges;
        let places = self.story.exchanges.iter();
        places.filter_map(|place| there.get(*place)).collect()
    }

    /// The command that runs it again.
    pub(crate) fn rerun(&self) -> String {
        let [server, client, encoding] = names();
        let its = naming(self.server, self.client, self.encoding());
        let template = self.document.rerun.as_str();
        template.replacen(&naming(server, client, encoding), &its, 1)
    }
}
