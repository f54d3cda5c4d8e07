// @ts-check
// Texts in codes of five bits: the 26 letters, ñ, space, point and comma in one, all else in two. Any language fits.
// The same as sealing/sms/fivebit.py.
import { SealingError } from "../errors.js";

const FIRST = "abcdefghijklmnñopqrstuvwxyz .,"; // codes 1 to 30
const SHIFTED = "0123456789?¿!¡:;()\"'-/+%&@#*=$°\n"; // after SHIFT, codes 0 to 31
const SHIFT = 31;

/** @param {string} text @param {number} room bytes @returns {Bytes | null} null: too long, or a letter without a code */
export function encode(text, room) {
  /** @type {number[]} */
  const codes = [];
  for (const letter of text) {
    if (FIRST.includes(letter)) codes.push(FIRST.indexOf(letter) + 1);
    else if (SHIFTED.includes(letter)) codes.push(SHIFT, SHIFTED.indexOf(letter));
    else return null;
  }
  const places = Math.floor((room * 8) / 5);
  if (codes.length > places) return null;
  let number = 0n;
  for (let at = 0; at < places; at++) number = number * 32n + BigInt(codes[at] || 0);
  return toBytes(number, room);
}

/** @param {Bytes} value @returns {string} throws "sms_damaged" for what `encode` never gives */
export function decode(value) {
  const places = Math.floor((value.length * 8) / 5);
  const codes = new Array(places).fill(0);
  let number = toNumber(value);
  for (let at = places - 1; at >= 0; at--) {
    codes[at] = Number(number % 32n);
    number /= 32n;
  }
  if (number !== 0n) throw new SealingError("sms_damaged");
  let text = "";
  let at = 0;
  while (at < places && codes[at] !== 0) {
    const shifted = codes[at] === SHIFT;
    if (shifted && at + 1 === places) throw new SealingError("sms_damaged");
    text += shifted ? SHIFTED[codes[at + 1]] : FIRST[codes[at] - 1];
    at += shifted ? 2 : 1;
  }
  if (codes.slice(at).some((code) => code !== 0)) throw new SealingError("sms_damaged");
  return text;
}

/** @param {bigint} number @param {number} length @returns {Bytes} big-endian */
export function toBytes(number, length) {
  const out = new Uint8Array(length);
  for (let at = length - 1; at >= 0; at--) {
    out[at] = Number(number & 255n);
    number >>= 8n;
  }
  return out;
}

/** @param {Bytes} bytes @returns {bigint} */
export function toNumber(bytes) {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  return number;
}
