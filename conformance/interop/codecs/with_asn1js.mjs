// `der` by asn1js.

import { Enumerated, fromBER, Integer, Sequence } from "asn1js";

const WHYS = ["", "malformed", "overflow", "too-large"];

// An implicit tag takes the place of the type's own.
function tagged(value, number) {
  value.idBlock.tagClass = 3;
  value.idBlock.tagNumber = number;
  return value;
}

const octets = (value) => new Uint8Array(value.toBER());

export const writeRequest = (a, b) => octets(new Sequence({ value: [Integer.fromBigInt(a), Integer.fromBigInt(b)] }));
export const writeSum = (sum) => octets(tagged(Integer.fromBigInt(sum), 0));
export const writeRefused = (why) => octets(tagged(new Enumerated({ value: WHYS.indexOf(why) }), 1));

function read(octets) {
  const { offset, result } = fromBER(octets);
  if (offset !== octets.length) throw new Error(result.error || "octets are left over");
  return result;
}

export function readRequest(octets) {
  return read(octets).valueBlock.value.map((integer) => integer.toBigInt());
}

export function readReply(octets) {
  const { idBlock, valueBlock } = read(octets);
  // What is behind an implicit tag is read by its type.
  const integer = new Integer({ valueHex: valueBlock.valueHexView });
  if (idBlock.tagNumber === 0) return ["sum", integer.toBigInt()];
  return ["refused", WHYS[integer.valueBlock.valueDec]];
}
