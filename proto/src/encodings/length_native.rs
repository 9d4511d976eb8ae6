//! `length-native`: the content of `network`, behind a length in the byte order of the machine that wrote it.

use byteorder::NetworkEndian;

use super::{
    fixed::Messages,
    frame::{Content, Order},
    words::Words,
};
use crate::{Reply, Request};

pub(super) struct LengthNative;

type Network = Words<NetworkEndian>;

impl Content for LengthNative {
    const NAME: &'static str = "length-native";
    const TRAP: Option<&'static str> = Some("an explicit content, behind an implicit length");
    const LENGTH: Order = Order::Native;

    fn write_request(request: Request, out: &mut Vec<u8>) {
        out.extend_from_slice(&Network::write_request(request));
    }

    fn read_request(content: &[u8]) -> Option<Request> {
        Network::read_request(content.try_into().ok()?)
    }

    fn write_reply(reply: Reply, out: &mut Vec<u8>) -> Option<()> {
        out.extend_from_slice(&Network::write_reply(reply)?);
        Some(())
    }

    fn read_reply(content: &[u8]) -> Option<Reply> {
        Network::read_reply(content.try_into().ok()?)
    }
}
