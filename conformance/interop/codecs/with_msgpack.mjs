// `msgpack` by @msgpack/msgpack.

import { decode, encode } from "@msgpack/msgpack";

const BIG = { useBigInt64: true };

export const writeRequest = (a, b) => encode({ a, b }, BIG);
export const writeSum = (sum) => encode({ sum }, BIG);
export const writeRefused = (refused) => encode({ refused }, BIG);

export function readRequest(octets) {
  const { a, b } = decode(octets, BIG);
  return [a, b];
}

export const readReply = (octets) => Object.entries(decode(octets, BIG))[0];
