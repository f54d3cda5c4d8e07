// @ts-check
// Ed25519 over a text, with the purpose in front, so that a signature made for one purpose serves no other.
import { ed25519 } from "../vendor/age.js";
import { fromB64, toB64, utf8 } from "./bytes.js";

/** @param {string} purpose @param {string} text @returns {Bytes} */
const message = (purpose, text) => utf8(`atarraya ${purpose} v1\n${text}`);

/** @param {string} purpose "list", "head", … @param {string} text @param {string} seed b64, 32 bytes
 *  @returns {{key: string, signature: string}} both b64 */
export function signText(purpose, text, seed) {
  const secret = fromB64(seed, 32);
  return {
    key: toB64(ed25519.getPublicKey(secret)),
    signature: toB64(ed25519.sign(message(purpose, text), secret)),
  };
}

/** @param {string} purpose @param {string} text @param {{key: string, signature: string}} signed
 *  @returns {boolean} false for anything malformed, never an exception */
export function verifyText(purpose, text, { key, signature }) {
  try {
    const bytes = message(purpose, text);
    return ed25519.verify(fromB64(signature, 64), bytes, fromB64(key, 32), { zip215: false });
  } catch {
    return false;
  }
}
