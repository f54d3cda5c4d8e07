// @ts-check
// Bytes and the texts that stand for them.
import { SealingError } from "./errors.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** @param {string} value @returns {Bytes} */
export const utf8 = (value) => encoder.encode(value);

/** @param {Bytes} bytes @returns {string} throws on what is not UTF-8 */
export const text = (bytes) => decoder.decode(bytes);

/** @param {number} length @returns {Bytes} */
export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** @param {...Bytes} parts @returns {Bytes} */
export function concat(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** @param {number} value @returns {Bytes} 4 bytes, big-endian */
export function be32(value) {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

/** @param {Bytes} a @param {Bytes} b @returns {boolean} in a time that depends on length only */
export function equal(a, b) {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i % (b.length || 1)];
  return difference === 0;
}

/** @param {Bytes} bytes @returns {string} standard base64, padded: only for `sealed` in the API */
export function toBase64(bytes) {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

/** @param {string} value standard base64, padded @returns {Bytes} */
export function fromBase64(value) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) throw new SealingError("base64");
  const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
  if (toBase64(bytes) !== value) throw new SealingError("base64");
  return bytes;
}

/** @param {Bytes} bytes @returns {string} base64url without padding: `b64` everywhere else */
export function toB64(bytes) {
  return toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {string} value base64url without padding @param {number} [length] bytes it must have @returns {Bytes} */
export function fromB64(value, length) {
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]*$/.test(value)) throw new SealingError("base64");
  const padded = value.replace(/-/g, "+").replace(/_/g, "/") + "=".repeat((4 - (value.length % 4)) % 4);
  const bytes = fromBase64(padded);
  if (length !== undefined && bytes.length !== length) throw new SealingError("base64");
  return bytes;
}

/** @param {Bytes} bytes @returns {string} Crockford base32, no groups; last bits filled with zeros */
export function toCrockford(bytes) {
  let out = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += CROCKFORD[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? out + CROCKFORD[(held << (5 - bits)) & 31] : out;
}

/** Undo what hands and eyes do: small letters, spaces, hyphens, O for 0, I and L for 1.
 *  @param {string} value @returns {string} */
export function plainCrockford(value) {
  const plain = value.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  if (!/^[0-9A-HJKMNP-TV-Z]*$/.test(plain)) throw new SealingError("crockford");
  return plain;
}

/** @param {string} value @returns {Bytes} */
export function fromCrockford(value) {
  const out = [];
  let bits = 0;
  let held = 0;
  for (const character of plainCrockford(value)) {
    held = (held << 5) | CROCKFORD.indexOf(character);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push((held >> bits) & 255);
    }
    held &= (1 << bits) - 1;
  }
  if (bits >= 5 || held !== 0) throw new SealingError("crockford");
  return Uint8Array.from(out);
}

/** Groups of four; one left over joins the last group. @param {string} plain @returns {string} */
export function grouped(plain) {
  /** @type {string[]} */
  const groups = plain.match(/.{1,4}/g) || [];
  const last = groups.pop();
  if (last === undefined) return "";
  if (last.length === 1 && groups.length > 0) groups.push(groups.pop() + last);
  else groups.push(last);
  return groups.join("-");
}

/** One character that catches any single slip and any two neighbours swapped: a sum over GF(32), x⁵+x²+1.
 *  @param {string} plain Crockford, no groups @returns {string} */
export function checkCharacter(plain) {
  let sum = 0;
  for (const character of plain) {
    sum ^= CROCKFORD.indexOf(character);
    sum <<= 1;
    if (sum & 32) sum ^= 37;
  }
  return CROCKFORD[sum];
}

/** @param {Bytes} bytes @returns {string} grouped, with the check character at the end */
export function toChecked(bytes) {
  const plain = toCrockford(bytes);
  return grouped(plain + checkCharacter(plain));
}

/** @param {string} value @param {number} length bytes @returns {Bytes} throws code "check" on a slip */
export function fromChecked(value, length) {
  const plain = plainCrockford(value);
  const body = plain.slice(0, -1);
  if (plain === "" || checkCharacter(body) !== plain.slice(-1)) throw new SealingError("check");
  const bytes = fromCrockford(body);
  if (bytes.length !== length) throw new SealingError("check");
  return bytes;
}

/** @returns {string} a UUIDv4 (crypto.randomUUID came with Chrome 92) */
export function newId() {
  const bytes = random(16);
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** @param {Bytes} bytes @returns {Promise<Bytes>} */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
