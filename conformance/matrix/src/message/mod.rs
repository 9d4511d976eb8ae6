//! The type of a message, where a user says it: what its values are in octets that travelled, by the layout model.
//!
//! [`declared`] is what the user wrote, [`compiled`] asks a compiler what it means, [`fields`] lays it out on a machine, [`value`] reads the values and compares them, and [`float`] knows the formats of `long double`. Pure, but for [`compiled`].

pub mod compiled;
pub mod declared;
pub mod fields;
pub mod float;
mod order;
pub mod value;

use std::collections::BTreeMap;

use layout::{TypeId, Types};

/// The type of a message.
#[derive(Clone, Debug)]
pub struct MessageType {
    /// As the user named it.
    pub name: String,
    /// The types of its header.
    pub types: Types,
    /// Which of them it is.
    pub id: TypeId,
}

/// What a message is to the two ends: mostly the same.
#[derive(Clone, Debug)]
pub struct MessageTypes {
    /// To the server.
    pub server: MessageType,
    /// To the client.
    pub client: MessageType,
}

impl MessageTypes {
    /// As the user named them.
    pub fn named(&self) -> String {
        let (server, client) = (&self.server.name, &self.client.name);
        match server == client {
            true => client.clone(),
            false => format!("{client} at the client, {server} at the server"),
        }
    }
}

/// The types of messages, by encoding, or why they are not known.
pub type TypesOf = BTreeMap<String, Result<MessageTypes, String>>;
