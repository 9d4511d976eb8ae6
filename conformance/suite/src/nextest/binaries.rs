//! What was built, as nextest reads it (`--binaries-metadata`): the document of the crate `nextest-metadata`. Newer versions of nextest read it too, because archives have it. Pure.
//!
//! The document is written from what cargo printed and what was recorded. `cargo nextest list` would make it by a second cargo for each target, which would wait for the lock of the next build.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use nextest_metadata::{
    BinaryListSummary, BuildPlatform, BuildPlatformsSummary, HostPlatformSummary,
    PlatformLibdirSummary, RustBinaryId, RustBuildMetaSummary, RustNonTestBinaryKind,
    RustNonTestBinarySummary, RustTestBinaryKind, RustTestBinarySummary, TargetPlatformSummary,
};
use target_spec::summaries::PlatformSummary;

use crate::build::{Artifact, Helper};

/// A test program.
#[derive(Clone, Debug)]
pub(super) struct Binary {
    pub(super) package: String,
    pub(super) artifact: Artifact,
    pub(super) path: PathBuf,
    /// Cargo's `OUT_DIR`, where the package has a build script.
    pub(super) out: Option<PathBuf>,
}

/// A platform, and where its standard library is.
#[derive(Clone, Debug)]
pub(crate) struct Platform {
    pub(crate) triple: String,
    pub(crate) library: PathBuf,
}

impl Binary {
    /// The name that nextest has for it in its configuration and its reports.
    pub(super) fn id(&self) -> RustBinaryId {
        let program = &self.artifact.program;
        let kind = RustTestBinaryKind::new(program.kind.clone());
        RustBinaryId::from_parts(&self.package, &kind, &program.name)
    }

    fn summary(&self, folder: &Path, target: &Platform) -> RustTestBinarySummary {
        let is_targets = self.path.starts_with(folder.join(&target.triple));
        RustTestBinarySummary {
            binary_id: self.id(),
            binary_name: self.artifact.name.clone(),
            package_id: self.artifact.package_id.clone(),
            kind: match self.artifact.is_macro {
                true => RustTestBinaryKind::PROC_MACRO,
                false => RustTestBinaryKind::new(self.artifact.program.kind.clone()),
            },
            binary_path: text(&self.path).into(),
            build_platform: match is_targets {
                true => BuildPlatform::Target,
                false => BuildPlatform::Host,
            },
        }
    }
}

impl Platform {
    fn platform(&self) -> PlatformSummary {
        PlatformSummary::new(self.triple.clone())
    }

    fn libdir(&self) -> PlatformLibdirSummary {
        PlatformLibdirSummary::Available {
            path: text(&self.library).into(),
        }
    }
}

/// A path that cargo has written in JSON, which is UTF-8.
fn text(path: &Path) -> String {
    path.display().to_string()
}

/// The document of these programs, built in `folder`.
pub(super) fn summary<'a>(
    binaries: impl IntoIterator<Item = &'a Binary>,
    helpers: &[Helper],
    folder: &Path,
    host: &Platform,
    target: &Platform,
) -> BinaryListSummary {
    let inside = |path: &Path| path.strip_prefix(folder).ok().map(text);
    let binaries: Vec<&Binary> = binaries.into_iter().collect();
    // `T/debug/deps/it-0123` belongs to `T/debug`.
    let output = |binary: &&Binary| inside(binary.path.parent()?.parent()?);
    let out = |binary: &&Binary| {
        let path = inside(binary.out.as_deref()?)?;
        Some((binary.artifact.package_id.clone(), path.into()))
    };
    let mut others: BTreeMap<String, BTreeSet<RustNonTestBinarySummary>> = BTreeMap::new();
    for helper in helpers {
        if let Some(path) = inside(&helper.path) {
            let of = others.entry(helper.package_id.clone()).or_default();
            of.insert(RustNonTestBinarySummary {
                name: helper.name.clone(),
                kind: RustNonTestBinaryKind::BIN_EXE,
                path: path.into(),
                build_platform: None,
            });
        }
    }
    let outputs = binaries.iter().filter_map(output);
    let summaries = binaries.iter().map(|binary| binary.summary(folder, target));
    BinaryListSummary {
        rust_build_meta: RustBuildMetaSummary {
            target_directory: text(folder).into(),
            base_output_directories: outputs.map(Into::into).collect(),
            non_test_binaries: others,
            build_script_out_dirs: binaries.iter().filter_map(out).collect(),
            platforms: Some(BuildPlatformsSummary {
                host: HostPlatformSummary {
                    platform: host.platform(),
                    libdir: host.libdir(),
                },
                targets: vec![TargetPlatformSummary {
                    platform: target.platform(),
                    libdir: target.libdir(),
                }],
            }),
            // Versions before 0.9.72 read these two.
            target_platforms: vec![target.platform()],
            target_platform: Some(target.triple.clone()),
            ..RustBuildMetaSummary::default()
        },
        rust_binaries: summaries.map(|one| (one.binary_id.clone(), one)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::ProgramId;

    fn binary(kind: &str, name: &str, is_macro: bool, path: &str) -> Binary {
        Binary {
            package: "codec".to_owned(),
            artifact: Artifact {
                program: ProgramId {
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
    fn what_was_built_is_described_as_nextest_describes_it() {
        let deps = "/b/s390x-unknown-linux-gnu/debug/deps";
        let binaries = [
            binary("lib", "", false, &format!("{deps}/codec-1")),
            binary("test", "it", false, &format!("{deps}/it-2")),
            binary("bin", "tool", false, &format!("{deps}/tool-3")),
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
        let summary = summary(&binaries, &helpers, Path::new("/b"), &host, &target);
        insta::assert_snapshot!(serde_json::to_string_pretty(&summary).unwrap());
    }

    #[test]
    fn what_is_compiled_into_the_compiler_runs_on_this_machine() {
        let platform = Platform {
            triple: "s390x-unknown-linux-gnu".to_owned(),
            library: "/l".into(),
        };
        let binary = binary("lib", "", true, "/b/debug/deps/codec-1");
        let summary = binary.summary(Path::new("/b"), &platform);
        assert_eq!(summary.kind, RustTestBinaryKind::PROC_MACRO);
        assert_eq!(summary.build_platform, BuildPlatform::Host);
    }
}
