// @ts-check
// Words for receipts (5) and key phrases (7): 11 bits each, from the list that the server also holds.
import { random } from "./bytes.js";
import { WORDS } from "../vendor/words.js";

export { WORDS };

const known = new Set(WORDS);

/** @param {number} count @returns {string[]} drawn evenly: 2,048 divides 65,536 */
export function drawWords(count) {
  const draws = new DataView(random(count * 2).buffer);
  return Array.from({ length: count }, (_, i) => WORDS[draws.getUint16(i * 2) % WORDS.length]);
}

/** What was typed or said, as plain words: small letters, no accents, any separator.
 *  @param {string | readonly string[]} typed @returns {string[]} */
export function plainWords(typed) {
  const joined = typeof typed === "string" ? typed : typed.join(" ");
  const plain = joined.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return plain.split(/[^a-z]+/).filter((word) => word !== "");
}

/** @param {readonly string[]} words plain @returns {number[]} places of those that are not in the list */
export function unknownWords(words) {
  return words.map((word, i) => (known.has(word) ? -1 : i)).filter((i) => i >= 0);
}
