// Writes the package.json of the two packages: the one that people install, and the one with this machine's program. `.ci/dist` calls it.
"use strict";
const { writeFileSync } = require("node:fs");
const { VERSION, ARCH, OUT } = process.env;

const common = {
  version: VERSION,
  description: "Which of your types are laid out alike on every machine, and why not",
  license: "MIT OR Apache-2.0",
};
const write = (folder, manifest) => writeFileSync(`${OUT}/${folder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
const machines = ["x64", "arm64"].map((arch) => [`@crossum/linux-${arch}`, VERSION]);

write("crossum", { name: "crossum", ...common, bin: { crossum: "crossum.js" }, engines: { node: ">=16" }, optionalDependencies: Object.fromEntries(machines) });
write("machine", { name: `@crossum/linux-${ARCH}`, ...common, os: ["linux"], cpu: [ARCH], files: ["bin"] });
