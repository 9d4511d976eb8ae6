//! A C program of what rpcgen makes of `sum.x`, with the system's library.

use std::path::Path;

use cross::Host;
use cross::process::Invocation;

use kit::packages::needed;

use super::{INSTALLED_WITHIN, Installed, debian_versions, folder};
use crate::implementation::Implementation;

const MESSAGES: &str = "sum.x";
const PROGRAM: &str = "codec";

/// Where Debian and its kin have the headers that were once glibc's.
const TIRPC: &str = "/usr/include/tirpc";

pub(super) async fn install(one: &Implementation, host: &Host) -> anyhow::Result<Installed> {
    let how = format!("apt-get install gcc {}", one.debian.join(" "));
    let (rpcgen, gcc) = (needed("rpcgen", &how, host)?, needed("gcc", &how, host)?);
    if !Path::new(TIRPC).is_dir() {
        anyhow::bail!("no headers of libtirpc are in {TIRPC} ({how})");
    }
    let versions = debian_versions(&one.debian, host).await;
    let sources = [MESSAGES, &one.codec];
    let place = folder(one, &sources, &versions, host, async |new| {
        let run = async |command: Invocation| {
            let command = command.directory(new).kill_with_parent(host);
            command.run(INSTALLED_WITHIN).await
        };
        run(rpcgen.clone().args(["-h", "-o", "sum.h", MESSAGES])).await?;
        run(rpcgen.args(["-c", "-o", "sum_xdr.c", MESSAGES])).await?;
        let compile = gcc.args(["-O1", "-I.", "-I", TIRPC, "-o", PROGRAM]);
        run(compile.arg(&one.codec).args(["sum_xdr.c", "-ltirpc"])).await?;
        Ok(())
    })
    .await?;
    Ok(Installed {
        program: Invocation::new(place.join(PROGRAM)),
        runner: format!("C{versions}"),
    })
}
