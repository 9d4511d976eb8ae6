//! What was built, as nextest is told of it (`--binaries-metadata`): the document of the crate `nextest-metadata`, which archives of older versions have, too, so that newer ones read it.
//!
//! It is written from what cargo said and recorded: to have nextest find it out by `cargo nextest list` would be a second cargo for each target, which waits for the lock of the build that goes on beside. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::super::messages::{Artifact, Helper};

/// A test program.
#[derive(Clone, Debug)]
pub(super) struct Binary {
    pub(super) package: String,
    pub(super) artifact: Artifact,
    pub(super) path: PathBuf,
    /// Cargo's `OUT_DIR`, where there is one.
    pub(super) out: Option<PathBuf>,
}

/// A platform, and where its standard library is.
#[derive(Clone, Debug)]
pub(super) struct Platform {
    pub(super) triple: String,
    pub(super) library: PathBuf,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Document {
    rust_build_meta: BuildMeta,
    rust_binaries: BTreeMap<String, BinaryRow>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct BuildMeta {
    target_directory: PathBuf,
    base_output_directories: BTreeSet<PathBuf>,
    non_test_binaries: BTreeMap<String, Vec<HelperRow>>,
    build_script_out_dirs: BTreeMap<String, PathBuf>,
    linked_paths: Vec<PathBuf>,
    platforms: Platforms,
    /// As versions before 0.9.72 read it.
    target_platforms: Vec<PlatformRow>,
    target_platform: String,
}

#[derive(Serialize)]
struct Platforms {
    host: PlatformSite,
    targets: Vec<PlatformSite>,
}

#[derive(Serialize)]
struct PlatformSite {
    platform: PlatformRow,
    libdir: LibDir,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct PlatformRow {
    triple: String,
    target_features: &'static str,
}

#[derive(Serialize)]
struct LibDir {
    status: &'static str,
    path: PathBuf,
}

#[derive(Serialize)]
struct HelperRow {
    name: String,
    kind: &'static str,
    path: PathBuf,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct BinaryRow {
    binary_id: String,
    binary_name: String,
    package_id: String,
    kind: String,
    binary_path: PathBuf,
    build_platform: &'static str,
}

impl Binary {
    /// What nextest calls it, in its configuration and its reports.
    pub(super) fn id(&self) -> String {
        let (package, program) = (&self.package, &self.artifact.program);
        match (program.kind.as_str(), program.name.as_str()) {
            ("lib", _) => package.clone(),
            ("test", name) => format!("{package}::{name}"),
            (kind, name) => format!("{package}::{kind}/{name}"),
        }
    }

    fn row(&self, folder: &Path, target: &Platform) -> BinaryRow {
        let is_targets = self.path.starts_with(folder.join(&target.triple));
        BinaryRow {
            binary_id: self.id(),
            binary_name: self.artifact.name.clone(),
            package_id: self.artifact.package_id.clone(),
            kind: match self.artifact.is_macro {
                true => "proc-macro".to_owned(),
                false => self.artifact.program.kind.clone(),
            },
            binary_path: self.path.clone(),
            build_platform: if is_targets { "target" } else { "host" },
        }
    }
}

impl Platform {
    fn row(&self) -> PlatformRow {
        PlatformRow {
            triple: self.triple.clone(),
            target_features: "unknown",
        }
    }

    fn site(&self) -> PlatformSite {
        PlatformSite {
            platform: self.row(),
            libdir: LibDir {
                status: "available",
                path: self.library.clone(),
            },
        }
    }
}

impl Document {
    /// The document of these programs, built in `folder`.
    pub(super) fn of<'a>(
        binaries: impl IntoIterator<Item = &'a Binary>,
        helpers: &[Helper],
        folder: &Path,
        host: &Platform,
        target: &Platform,
    ) -> Document {
        let inside = |path: &Path| path.strip_prefix(folder).ok().map(Path::to_owned);
        let binaries: Vec<&Binary> = binaries.into_iter().collect();
        // `T/debug/deps/it-0123` is of `T/debug`.
        let output = |path: &PathBuf| inside(path.parent()?.parent()?);
        let out = |binary: &&Binary| {
            let path = inside(binary.out.as_deref()?)?;
            Some((binary.artifact.package_id.clone(), path))
        };
        let mut others: BTreeMap<String, Vec<HelperRow>> = BTreeMap::new();
        for helper in helpers {
            if let Some(path) = inside(&helper.path) {
                let of = others.entry(helper.package_id.clone()).or_default();
                of.push(HelperRow {
                    name: helper.name.clone(),
                    kind: "bin-exe",
                    path,
                });
            }
        }
        let rows = binaries.iter().map(|binary| binary.row(folder, target));
        Document {
            rust_build_meta: BuildMeta {
                target_directory: folder.to_owned(),
                base_output_directories: binaries
                    .iter()
                    .filter_map(|binary| output(&binary.path))
                    .collect(),
                non_test_binaries: others,
                build_script_out_dirs: binaries.iter().filter_map(out).collect(),
                linked_paths: Vec::new(),
                platforms: Platforms {
                    host: host.site(),
                    targets: vec![target.site()],
                },
                target_platforms: vec![target.row()],
                target_platform: target.triple.clone(),
            },
            rust_binaries: rows.map(|row| (row.binary_id.clone(), row)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::outcome::Program;
    use super::*;

    fn binary(kind: &str, name: &str, is_macro: bool, path: &str) -> Binary {
        Binary {
            package: "codec".to_owned(),
            artifact: Artifact {
                program: Program {
                    kind: kind.to_owned(),
                    name: name.to_owned(),
                },
                package_id: "path+file:///codec#0.1.0".to_owned(),
                name: if name.is_empty() { "codec" } else { name }.to_owned(),
                is_macro,
            },
            path: path.into(),
            out: Some("/b/s390x-unknown-linux-gnu/debug/build/codec-1/out".into()),
        }
    }

    #[test]
    fn what_was_built_is_told_as_nextest_tells_it_itself() {
        let binaries = [
            binary(
                "lib",
                "",
                false,
                "/b/s390x-unknown-linux-gnu/debug/deps/codec-1",
            ),
            binary(
                "test",
                "it",
                false,
                "/b/s390x-unknown-linux-gnu/debug/deps/it-2",
            ),
            binary(
                "bin",
                "tool",
                false,
                "/b/s390x-unknown-linux-gnu/debug/deps/tool-3",
            ),
        ];
        let helpers = [Helper {
            package_id: "path+file:///codec#0.1.0".to_owned(),
            name: "tool".to_owned(),
            path: "/b/s390x-unknown-linux-gnu/debug/tool".into(),
        }];
        let platform = |triple: &str| Platform {
            triple: triple.to_owned(),
            library: format!("/rust/lib/rustlib/{triple}/lib").into(),
        };
        let (host, target) = (
            platform("x86_64-unknown-linux-gnu"),
            platform("s390x-unknown-linux-gnu"),
        );
        let document = Document::of(&binaries, &helpers, Path::new("/b"), &host, &target);
        insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
    }

    #[test]
    fn what_is_compiled_into_the_compiler_is_this_machines() {
        let platform = Platform {
            triple: "s390x-unknown-linux-gnu".to_owned(),
            library: "/l".into(),
        };
        let binary = binary("lib", "", true, "/b/debug/deps/codec-1");
        let row = binary.row(Path::new("/b"), &platform);
        assert_eq!(
            (row.kind.as_str(), row.build_platform),
            ("proc-macro", "host")
        );
    }
}
