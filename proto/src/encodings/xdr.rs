//! `xdr`: RFC 4506, two hypers, and a union of a hyper and void.

use byteorder::{BigEndian, ByteOrder};

use super::fixed::take;
use crate::{Encoding, Family, Reply, Request, Step, Unencodable, Why};

pub(super) struct Xdr;

/// The discriminant SUM. The refusals have their own numbers.
const SUM: u32 = 0;

const DISCRIMINANT: usize = size_of::<u32>();
const HYPER: usize = size_of::<i64>();

impl Encoding for Xdr {
    fn name(&self) -> &'static str {
        "xdr"
    }

    fn family(&self) -> Family {
        Family::Explicit
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let hypers = [request.a.to_be_bytes(), request.b.to_be_bytes()];
        out.extend_from_slice(hypers.as_flattened());
        Ok(())
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        take(octets, |message: &[u8; 2 * HYPER]| {
            let (a, b) = message.split_at(HYPER);
            Step::Done {
                value: Request {
                    a: hyper(a),
                    b: hyper(b),
                },
                used: 2 * HYPER,
            }
        })
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        match reply {
            Reply::Sum(sum) => {
                let mut arm = [0; DISCRIMINANT + HYPER];
                let (discriminant, hyper) = arm.split_at_mut(DISCRIMINANT);
                BigEndian::write_u32(discriminant, SUM);
                BigEndian::write_i64(hyper, sum);
                out.extend_from_slice(&arm);
            }
            Reply::Refused(why) => {
                let discriminant = u32::from(why.number().ok_or(Unencodable::NoRefusal)?);
                out.extend_from_slice(&discriminant.to_be_bytes());
            }
        }
        Ok(())
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        take(
            octets,
            |discriminant: &[u8; DISCRIMINANT]| match u32::from_be_bytes(*discriminant) {
                SUM => take(octets, |message: &[u8; DISCRIMINANT + HYPER]| {
                    let (_, sum) = message.split_at(DISCRIMINANT);
                    Step::Done {
                        value: Reply::Sum(hyper(sum)),
                        used: DISCRIMINANT + HYPER,
                    }
                }),
                number => match Why::numbered(u64::from(number)) {
                    Some(why) => Step::Done {
                        value: Reply::Refused(why),
                        used: DISCRIMINANT,
                    },
                    // The length of an unknown discriminant's arm is not known.
                    None => Step::Refused {
                        why: Why::Malformed,
                        used: None,
                    },
                },
            },
        )
    }
}

fn hyper(octets: &[u8]) -> i64 {
    BigEndian::read_i64(octets)
}
