//! Why a cell breaks: the differences that must be switched off in the model before the prediction comes right.

use proto::Encoding;

use super::model::Link;
use super::promise::Promise;
use crate::cause::Cause;
use crate::counterfactual::without;
use crate::expectation::Ends;
use crate::sums::vectors::Pair;

/// Those that the encodings of PROTOCOL.md show; the others are found in a user's own protocol only.
const OF_SUMS: [Cause; 4] = [
    Cause::ByteOrder,
    Cause::Width,
    Cause::Padding,
    Cause::Charset,
];

/// The smallest set of differences without which every vector comes out as promised; empty when it does anyway.
///
/// The smallest set, and not each difference by itself: between a 32-bit big-endian client and a 64-bit little-endian server neither repair alone helps, and both are causes.
/// (When no set helps, which no encoding of ours shows, all four are named.)
pub fn causes(ends: Ends<'_>, encoding: &dyn Encoding, vectors: &[Pair]) -> Vec<Cause> {
    // A set with what is alike at both ends helps no more than the smaller one without it.
    let may_help = |cause: &Cause| match cause {
        Cause::ByteOrder => ends.server.byte_order() != ends.client.byte_order(),
        Cause::Charset => encoding.name() == "text-ebcdic",
        _ => true,
    };
    let differences: Vec<Cause> = OF_SUMS.into_iter().filter(may_help).collect();
    let mut sets: Vec<Vec<Cause>> = (0_u8..1 << differences.len())
        .map(|bits| {
            let all = differences.iter().enumerate();
            let chosen = all.filter(|(bit, _)| bits & (1 << bit) != 0);
            chosen.map(|(_, cause)| *cause).collect()
        })
        .collect();
    sets.sort_by_key(Vec::len);
    let helps = |set: &Vec<Cause>| all_promised_without(set, ends, encoding, vectors);
    sets.into_iter().find(helps).unwrap_or(OF_SUMS.to_vec())
}

fn all_promised_without(
    causes: &[Cause],
    ends: Ends<'_>,
    encoding: &dyn Encoding,
    vectors: &[Pair],
) -> bool {
    let server = match (causes.contains(&Cause::Width), encoding.name()) {
        // What is too narrow is the server's own long, whoever asks.
        (true, "text-long") => without(causes, ends).with_long_of_64_bits(),
        _ => without(causes, ends),
    };
    let encoding = match (causes.contains(&Cause::Charset), encoding.name()) {
        (true, "text-ebcdic") => proto::named("text").unwrap_or(encoding),
        _ => encoding,
    };
    let ends = Ends {
        server: &server,
        ..ends
    };
    let (link, promise) = (
        Link::new(ends, encoding),
        Promise::new(ends.client, encoding),
    );
    let mut vectors = vectors.iter();
    vectors.all(|&vector| link.predict(vector).outcome == promise.of(vector))
}
