// `protobuf` by protobufjs, which compiles PROTOCOL.md's schema; its integers of 64 bits are Longs.

import Long from "long";
import protobuf from "protobufjs";

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Request { sint64 a = 1; sint64 b = 2; }
  enum Why { NONE = 0; MALFORMED = 1; OVERFLOW = 2; TOO_LARGE = 3; }
  message Reply { oneof reply { sint64 sum = 1; Why refused = 2; } }
`);
const Request = root.lookupType("Request");
const Reply = root.lookupType("Reply");
const Why = root.lookupEnum("Why");

const long = (integer) => Long.fromString(String(integer));
const bigint = (long) => BigInt(String(long));

export const writeRequest = (a, b) => Request.encode({ a: long(a), b: long(b) }).finish();
export const writeSum = (sum) => Reply.encode({ sum: long(sum) }).finish();
export const writeRefused = (why) => Reply.encode({ refused: Why.values[why.toUpperCase().replace("-", "_")] }).finish();

export function readRequest(octets) {
  const { a, b } = Request.decode(octets);
  return [bigint(a), bigint(b)];
}

export function readReply(octets) {
  const reply = Reply.decode(octets);
  if (reply.reply === "sum") return ["sum", bigint(reply.sum)];
  return ["refused", Why.valuesById[reply.refused].toLowerCase().replace("_", "-")];
}
