// `cbor` by cborg, which is strict about how integers are spelled only where it is asked to be.

import { decode, encode } from "cborg";

// What fits a Number is written as one, so that small integers are short; encode() takes both.
export const writeRequest = (a, b) => encode({ a, b });
export const writeSum = (sum) => encode({ sum });
export const writeRefused = (refused) => encode({ refused });

export function readRequest(octets) {
  const { a, b } = decode(octets);
  return [a, b];
}

export const readReply = (octets) => Object.entries(decode(octets))[0];
