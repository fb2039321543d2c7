// What a ticket says and whether it is true, without the laptop; as `core/mudhif/domain/tickets.py` has it, which a
// file of vectors holds equal. Ed25519 by WebCrypto where the browser has it, else by @noble/ed25519.
import { verifyAsync } from "@noble/ed25519";
import { fromArabicKeyboard, isTypedInArabic } from "./keyboard.js";

/** @typedef {{ keyId: string, eventTail: string, registration: string, serial: number }} Body  what a ticket says */
/** @typedef {{ tickets: string[], number: number | null }} Read  tickets that a text may stand for, best first */
/** @typedef {{ reading: "good" | "forged" | "wrong-event" | "unknown", body: Body | null, number: number | null }} Seen */
/** @typedef {(key: Bytes, signature: Bytes, signed: Bytes) => Promise<boolean>} Verify */
/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const VERSION = 1;
const BODY_BYTES = 24;
const TICKET_BYTES = BODY_BYTES + 64;
const TICKET_LENGTH = 141;
const MAX_READINGS = 64;
const MAX_TEXT = 2000;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// ---------------------------------------------------------------- bytes

/** The bytes of a ticket's text, in its one spelling only; null for anything else.
 *  @param {string} text @returns {Bytes | null} */
export function decode(text) {
  if (text.length !== TICKET_LENGTH) return null;
  const raw = new Uint8Array(TICKET_BYTES);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return null;
    bits = ((bits << 5) | value) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      raw[at] = (bits >> held) & 0xff;
      at += 1;
    }
  }
  // The last letter holds one bit that base32 does not use: with it set, two texts would be one ticket.
  return at === TICKET_BYTES && (bits & ((1 << held) - 1)) === 0 ? raw : null;
}

/** @param {Uint8Array} bytes */
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text @returns {Bytes} */
export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** What 24 bytes say; null for another version. @param {Uint8Array} raw @returns {Body | null} */
export function unpack(raw) {
  if (raw[0] !== VERSION) return null;
  const id = hex(raw.subarray(7, 23));
  return {
    keyId: hex(raw.subarray(1, 3)),
    eventTail: hex(raw.subarray(3, 7)),
    registration: [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join("-"),
    serial: raw[23],
  };
}

// ---------------------------------------------------------------- texts

/** Digits of every script as Latin ones; without spaces and signs that nobody sees. @param {string} text */
function plainly(text) {
  return Array.from(text.replace(/[\s\p{Cf}]/gu, ""), (letter) => (/\p{Nd}/u.test(letter) ? digit(letter) : letter)).join("");
}

/** @param {string} letter  a decimal digit; those of one script stand in a row of ten */
function digit(letter) {
  const code = /** @type {number} */ (letter.codePointAt(0));
  if (code >= 0x1d7ce && code <= 0x1d7ff) return String((code - 0x1d7ce) % 10); // of mathematics: five rows without a gap
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}

/** What a presented text may stand for; nothing of it is judged yet.
 *  @param {string} text @returns {Read} */
export function read(text) {
  if (text.length > MAX_TEXT) return { tickets: [], number: null };
  const plain = plainly(text);
  const number = /^[#№]?([0-9]{1,9})$/.exec(plain);
  if (number) return { tickets: [], number: Number(number[1]) };
  const { typed, doubtful } = isTypedInArabic(plain) ? fromArabicKeyboard(plain) : { typed: plain, doubtful: [] };
  const address = /\/t\/([^/?#]+)/i.exec(typed);
  const start = address ? address.index + 3 : 0;
  const end = address ? start + address[1].length : typed.length;
  const places = doubtful.filter((place) => start <= place && place < end).map((place) => place - start);
  return { tickets: shaped(typed.slice(start, end), places), number: null };
}

/** The readings of a typed text that have a ticket's shape; a letter at a doubtful place may be the two G and H.
 *  @param {string} typed @param {number[]} doubtful @returns {string[]} */
function shaped(typed, doubtful) {
  const missing = TICKET_LENGTH - typed.replace(/=+$/, "").length;
  if (missing < 0 || missing > doubtful.length || !/^[\x20-\x7e]*$/.test(typed)) return [];
  /** @type {string[]} */
  const found = [];
  let tried = 0;
  for (const places of combinations(doubtful, missing)) {
    tried += 1;
    if (tried > MAX_READINGS) break;
    const candidate = Array.from(typed, (letter, i) => (places.includes(i) ? "GH" : letter)).join("").toUpperCase();
    const ticket = candidate.replace(/=+$/, "");
    if (ticket.length === TICKET_LENGTH && /^[A-Z2-7]+$/.test(ticket)) found.push(candidate);
  }
  return found;
}

/** @param {number[]} of @param {number} count @returns {Generator<number[]>} */
function* combinations(of, count) {
  if (count === 0) yield [];
  else for (let i = 0; i <= of.length - count; i += 1) for (const rest of combinations(of.slice(i + 1), count - 1)) yield [of[i], ...rest];
}

// ---------------------------------------------------------------- signatures

/** @type {Verify} */
export const verifyByNoble = (key, signature, signed) => verifyAsync(signature, signed, key, { zip215: false }).catch(() => false);

/** @type {Verify} */
export async function verifyByBrowser(key, signature, signed) {
  const known = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, known, signature, signed);
}

/** By the browser where it knows Ed25519 (Chromium from 137, Safari from 17, Firefox from 129), else by the package.
 *  @type {Verify} */
export async function verifySignature(key, signature, signed) {
  try {
    return await verifyByBrowser(key, signature, signed);
  } catch {
    return verifyByNoble(key, signature, signed);
  }
}

/** Judges a presented text by its signature alone. Whether its serial still stands, only the list knows.
 *  @param {string} text @param {string} event  the id of the event at whose door it is shown
 *  @param {Record<string, string[]>} keys  public keys in hexadecimal, by key id
 *  @param {Verify} [verify] @returns {Promise<Seen>} */
export async function examine(text, event, keys, verify = verifySignature) {
  const { tickets, number } = read(text);
  if (number !== null) return { reading: "good", body: null, number };
  for (const ticket of tickets) {
    const raw = decode(ticket);
    const body = raw && unpack(raw);
    if (!raw || !body) continue;
    for (const key of Object.hasOwn(keys, body.keyId) ? keys[body.keyId] : []) {
      if (!(await verify(fromHex(key), raw.slice(BODY_BYTES), raw.slice(0, BODY_BYTES)))) continue;
      return { reading: body.eventTail === event.replaceAll("-", "").slice(-8) ? "good" : "wrong-event", body, number: null };
    }
  }
  return { reading: tickets.length ? "forged" : "unknown", body: null, number: null };
}
