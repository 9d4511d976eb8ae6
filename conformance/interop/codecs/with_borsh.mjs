// `borsh` by borsh-js.

import { deserialize, serialize } from "borsh";

const request = { struct: { a: "i64", b: "i64" } };
const why = { enum: ["Malformed", "Overflow", "TooLarge"].map((name) => ({ struct: { [name]: { struct: {} } } })) };
const reply = { enum: [{ struct: { Sum: "i64" } }, { struct: { Refused: why } }] };
const WORDS = { malformed: "Malformed", overflow: "Overflow", "too-large": "TooLarge" };

export const writeRequest = (a, b) => serialize(request, { a, b });
export const writeSum = (sum) => serialize(reply, { Sum: sum });
export const writeRefused = (word) => serialize(reply, { Refused: { [WORDS[word]]: {} } });

export function readRequest(octets) {
  const { a, b } = deserialize(request, octets);
  return [a, b];
}

export function readReply(octets) {
  const [[kind, value]] = Object.entries(deserialize(reply, octets));
  if (kind === "Sum") return ["sum", value];
  const [found] = Object.keys(value);
  return ["refused", Object.keys(WORDS).find((word) => WORDS[word] === found)];
}
