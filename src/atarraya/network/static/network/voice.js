// @ts-check
// Four words of a public half, the same on every screen: what two people compare by voice. The server's half is
// network/voice.py; tests/vectors/voice.json holds both to the same answers.
import { utf8 } from "../sealing/bytes.js";
import { canonical } from "../sealing/canonical.js";
import { plainWords, WORDS } from "../sealing/words.js";

const SALT = "atarraya voice words";
const ROUNDS = 200000;
const COUNT = 4;

/** @param {{age: string, ed25519: string}} half @returns {Promise<string[]>} four words */
export async function voiceWords({ age, ed25519 }) {
  const key = await crypto.subtle.importKey("raw", utf8(canonical({ age, ed25519 })), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt: utf8(SALT), iterations: ROUNDS };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 48));
  let rest = bits.reduce((sum, byte) => sum * 256 + byte, 0); // 48 bits: exact in a double
  rest = Math.floor(rest / 16);
  const words = [];
  for (let i = 0; i < COUNT; i++) {
    words.unshift(WORDS[rest % 2048]);
    rest = Math.floor(rest / 2048);
  }
  return words;
}

/** @param {string} heard @param {readonly string[]} words @returns {boolean} */
export const sameWords = (heard, words) => plainWords(heard).join(" ") === words.join(" ");
