// A text as a row of QR codes: cut into parts, each of which says which part of which text it is; and put together again
// from the parts in whatever order, and however often, a camera reads them.

/** Bytes of one part: a code of 69 modules a side, which a webcam reads off a phone that is held before it. */
export const PART_BYTES = 400;
const MOST_PARTS = 5000;
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"; // what the denser kind of QR code can hold
const FORM = /^MUDHIF\/1\/([0-9A-F]{8})\/([1-9]\d{0,3})\/([1-9]\d{0,3})\/([0-9A-Z $%*+\-./:]+)$/;

/** Source: RFC 9285. @param {Uint8Array} bytes */
export function base45(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length;
    const value = isPair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
    text += LETTERS[value % 45] + LETTERS[Math.floor(value / 45) % 45] + (isPair ? LETTERS[Math.floor(value / 2025)] : "");
  }
  return text;
}

/** @param {string} text @returns {Uint8Array | null} null where it is none */
export function fromBase45(text) {
  if (text.length % 3 === 1) return null;
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((letter) => LETTERS.indexOf(letter));
    if (digits.includes(-1)) return null;
    const value = digits[0] + digits[1] * 45 + (digits[2] ?? 0) * 2025;
    if (value > (digits.length === 3 ? 0xffff : 0xff)) return null;
    if (digits.length === 3) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** The CRC-32 of zip and PNG, in eight hexadecimal digits. @param {Uint8Array} bytes */
export function checksum(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (~crc >>> 0).toString(16).toUpperCase().padStart(8, "0");
}

/** @param {Uint8Array} bytes @returns {string[]} what the codes say, one after another */
export function cut(bytes) {
  const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  const id = checksum(bytes);
  return Array.from({ length: count }, (_, n) =>
    `MUDHIF/1/${id}/${n + 1}/${count}/${base45(bytes.subarray(n * PART_BYTES, (n + 1) * PART_BYTES))}`);
}

/** What was read so far of the text that is shown now. */
export class Gathered {
  constructor() {
    this.id = "";
    this.total = 0;
    /** @type {Map<number, Uint8Array>} */
    this.parts = new Map();
  }

  /** @param {string} text  of a code that was read
   *  @returns {"not-ours" | "known" | "new" | "whole" | "broken"}  broken: all are there and do not fit together */
  take(text) {
    const [, id, part, of, letters] = FORM.exec(text) ?? [];
    const [n, total] = [Number(part), Number(of)];
    const bytes = id && n <= total && total <= MOST_PARTS ? fromBase45(letters) : null;
    if (!bytes) return "not-ours";
    if (id !== this.id || total !== this.total) this.#begin(id, total); // another phone, or this one has more to give
    if (this.parts.has(n)) return "known";
    this.parts.set(n, bytes);
    if (this.parts.size < total) return "new";
    if (checksum(this.bytes()) === id) return "whole";
    this.#begin(id, total);
    return "broken";
  }

  /** @param {string} id @param {number} total */
  #begin(id, total) {
    this.id = id;
    this.total = total;
    this.parts.clear();
  }

  /** @returns {Uint8Array} all parts in their order */
  bytes() {
    const parts = [...this.parts].sort(([one], [other]) => one - other).map(([, bytes]) => bytes);
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const bytes of parts) {
      whole.set(bytes, at);
      at += bytes.length;
    }
    return whole;
  }

  /** The numbers of those that are missing. */
  get missing() {
    return Array.from({ length: this.total }, (_, n) => n + 1).filter((n) => !this.parts.has(n));
  }
}

/** A text in as few bytes as this browser can make of it: gzip, which says so in its first two bytes, else UTF-8.
 *  @param {string} text @returns {Promise<Uint8Array>} */
export async function packed(text) {
  const plain = new TextEncoder().encode(text);
  if (typeof CompressionStream === "undefined") return plain;
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
