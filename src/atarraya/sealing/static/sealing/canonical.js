// @ts-check
// The one text of a value, byte for byte what the server makes: what is hashed or signed is written this way.
import { SealingError } from "./errors.js";

/** Order of code points, as in Python; JavaScript's own is of UTF-16 units.
 *  @param {string} a @param {string} b */
function byCodePoint(a, b) {
  const left = Array.from(a);
  const right = Array.from(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = /** @type {number} */ (left[i].codePointAt(0)) - /** @type {number} */ (right[i].codePointAt(0));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** @param {string} value @returns {string} */
function string(value) {
  for (const character of value) {
    const point = /** @type {number} */ (character.codePointAt(0));
    if (point >= 0xd800 && point <= 0xdfff) throw new SealingError("canonical");
  }
  return JSON.stringify(value);
}

/** @param {unknown} value strings, safe integers, booleans, null, lists and plain objects of these
 *  @returns {string} throws code "canonical" on anything else */
export function canonical(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return string(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new SealingError("canonical");
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    const object = /** @type {Record<string, unknown>} */ (value);
    const keys = Object.keys(object).sort(byCodePoint);
    return `{${keys.map((key) => `${string(key)}:${canonical(object[key])}`).join(",")}}`;
  }
  throw new SealingError("canonical");
}

/** @param {string} source @returns {unknown} the value, if `source` is its canonical text; else throws "canonical" */
export function parseCanonical(source) {
  let value;
  try {
    value = JSON.parse(source);
  } catch {
    throw new SealingError("canonical");
  }
  if (canonical(value) !== source) throw new SealingError("canonical");
  return value;
}
