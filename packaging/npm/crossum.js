#!/usr/bin/env node
// Starts the program of this machine's package, which npm has installed beside this one.
"use strict";
const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

const name = `@crossum/${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${name}/bin/crossum`);
} catch {
  console.error(`crossum: the package ${name} is not installed: there is no program for this machine, or npm was told to leave optional packages out (--omit=optional). \`cargo install\` builds one from the sources.`);
  process.exit(3);
}
const ran = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (ran.error) {
  console.error(`crossum: ${program} cannot be started: ${ran.error.message}`);
  process.exit(3);
}
// What a signal ended has the status that a shell gives.
process.exit(ran.signal ? 128 + constants.signals[ran.signal] : ran.status);
