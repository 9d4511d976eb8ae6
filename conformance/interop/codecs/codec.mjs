// Carries out orders with a codec: `node codec.mjs CODEC ORDERS framed|bare`. The orders and answers are those of codec.py.
// Integers are BigInts on both sides of a codec.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [path, orders, form] = process.argv.slice(2);
const codec = await import(pathToFileURL(path));

const hex = (octets) => Buffer.from(octets).toString("hex");

function carryOut(order) {
  const [verb, what, ...rest] = order.split(" ");
  if (verb === "write") {
    let content;
    if (what === "request") content = codec.writeRequest(BigInt(rest[0]), BigInt(rest[1]));
    else if (what === "sum") content = codec.writeSum(BigInt(rest[0]));
    else content = codec.writeRefused(rest[0]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return `octets ${form === "framed" ? hex(length) : ""}${hex(content)}`;
  }
  let message = Buffer.from(rest[0], "hex");
  if (form === "framed") {
    const length = message.readUInt32BE();
    message = message.subarray(4);
    if (length !== message.length) throw new Error(`the length is ${length}, and ${message.length} octets follow`);
  }
  // A copy, so that no library reads what is around it.
  message = new Uint8Array(message);
  if (what === "request") {
    const [a, b] = codec.readRequest(message);
    return `request ${integer(a)} ${integer(b)}`;
  }
  const [kind, value] = codec.readReply(message);
  return kind === "sum" ? `sum ${integer(value)}` : `refused ${value}`;
}

function integer(value) {
  if (typeof value === "bigint") return value;
  if (Number.isInteger(value)) return BigInt(value);
  throw new TypeError(`${String(value)} is no integer`);
}

const answers = [];
for (const order of readFileSync(orders, "ascii").split("\n")) {
  if (order === "") continue;
  try {
    answers.push(carryOut(order));
  } catch (error) {
    answers.push(`failed ${JSON.stringify(String(error).split("\n")[0])}`);
  }
}
process.stdout.write(answers.map((answer) => `${answer}\n`).join(""));
