// `json` by JavaScript's own JSON, whose numbers are doubles.

const write = (message) => new TextEncoder().encode(JSON.stringify(message));
const read = (octets) => JSON.parse(new TextDecoder().decode(octets));

export const writeRequest = (a, b) => write({ a: Number(a), b: Number(b) });
export const writeSum = (sum) => write({ sum: Number(sum) });
export const writeRefused = (refused) => write({ refused });

export function readRequest(octets) {
  const { a, b } = read(octets);
  return [a, b];
}

export const readReply = (octets) => Object.entries(read(octets))[0];
