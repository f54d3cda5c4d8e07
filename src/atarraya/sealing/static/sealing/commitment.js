// @ts-check
// A promise of exact words: the hash is given now, the words and the salt only when another person approves them.
import { canonical } from "./canonical.js";
import { concat, equal, fromB64, random, sha256, toB64, utf8 } from "./bytes.js";

/** @param {object} proposal @returns {Promise<{salt: string, text: string, hash: string}>} salt and hash b64 */
export async function commit(proposal) {
  const salt = random(16);
  const text = canonical(proposal);
  return { salt: toB64(salt), text, hash: toB64(await sha256(concat(salt, utf8(text)))) };
}

/** @param {string} hash b64 @param {string} salt b64 @param {string} text @returns {Promise<boolean>} */
export async function matches(hash, salt, text) {
  try {
    return equal(await sha256(concat(fromB64(salt, 16), utf8(text))), fromB64(hash, 32));
  } catch {
    return false;
  }
}
