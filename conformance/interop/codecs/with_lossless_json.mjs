// `json` by lossless-json, whose numbers keep their digits.

import { parse, stringify } from "lossless-json";

const write = (message) => new TextEncoder().encode(stringify(message));
const read = (octets) => parse(new TextDecoder().decode(octets), undefined, BigInt);

export const writeRequest = (a, b) => write({ a, b });
export const writeSum = (sum) => write({ sum });
export const writeRefused = (refused) => write({ refused });

export function readRequest(octets) {
  const { a, b } = read(octets);
  return [a, b];
}

export const readReply = (octets) => Object.entries(read(octets))[0];
