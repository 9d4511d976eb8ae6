//! What a user chose for a target in a project's settings. A variable of the environment comes before it.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use crate::find::Found;

/// What the settings say of one target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What starts its programs.
    pub runner: Option<Found<Starter>>,
    /// Where its C library is.
    pub sysroot: Option<Found<PathBuf>>,
    /// Where its servers listen and are reached, of all addresses of their machine.
    pub address: Option<Found<IpAddr>>,
    /// Where a real board of this kind is connected.
    pub serial: Option<Found<Port>>,
}

/// A serial port of this machine, with a board behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The device, such as `/dev/ttyUSB0`.
    pub path: PathBuf,
    /// Bits a second.
    pub baud: u32,
    /// The line of the port that resets the board, where one does.
    pub reset: Option<Reset>,
    /// The command that puts an image into the board: `{program}` is its path, `{serial}` the device.
    pub flash: Option<Vec<String>>,
}

/// A line of a serial port that can reset a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reset {
    /// Data terminal ready, as on an Arduino.
    Dtr,
    /// Request to send.
    Rts,
}

impl Reset {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Reset::Dtr => "dtr",
            Reset::Rts => "rts",
        }
    }
}

/// A command that starts programs, as a user names it, and what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Starter {
    /// The command, to which the program and its arguments are appended; at least one word.
    pub words: Vec<String>,
    /// Whether it gives what is appended to a shell of another machine; `None` is for its name to say.
    pub remote: Option<bool>,
    /// The command that takes a program there: `{program}` is its path here, `{there}` its path there.
    pub copy: Option<Vec<String>>,
    /// The path of a program there, with its `{name}`.
    pub there: Option<String>,
    /// The command that says which version it is.
    pub version: Option<Vec<String>>,
}

impl Starter {
    /// A command and nothing else.
    pub fn of(words: Vec<String>) -> Self {
        Starter {
            words,
            ..Starter::default()
        }
    }

    /// Whether programs are to be started without one.
    pub fn is_native(&self) -> bool {
        matches!(self.words.as_slice(), [word] if word == "native")
    }

    /// Whether it is one of QEMU's user-mode emulators: `qemu-s390x`, `/opt/qemu-9/bin/qemu-arm-static`.
    pub fn is_qemu(&self) -> bool {
        let name = self.name();
        name.starts_with("qemu-") && !name.starts_with("qemu-system-")
    }

    /// Whether it leads to another machine: `ssh` does, all others are to be asked for it.
    pub fn is_remote(&self) -> bool {
        self.remote.unwrap_or(self.name() == "ssh")
    }

    /// The command's first word.
    pub fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The program's name, without its folder.
    pub(crate) fn name(&self) -> &str {
        let name = Path::new(self.program()).file_name();
        name.and_then(|name| name.to_str()).unwrap_or_default()
    }
}
