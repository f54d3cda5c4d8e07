// @ts-check
// The receipt: five words made on the phone. What they give is a place to look, a way to erase, a key for the short
// answer, a key for the thread, and a proof for those who read the account that the words are held. The server sees the
// first and the hash of the second.
import { concat, fromB64, random, sha256, text, toB64, utf8 } from "./bytes.js";
import { SealingError } from "./errors.js";
import { drawWords, plainWords, unknownWords } from "./words.js";

/** All but `words` are b64 of 32 bytes. Send `lookup` and `eraseHash`; seal `reply`, `thread` and `claimHash` into the
 *  account, and `claim` into what is said later.
 *  @typedef {{words: string[], lookup: string, erase: string, eraseHash: string, reply: string, thread: string,
 *    claim: string, claimHash: string}} Receipt */

export const RECEIPT_WORDS = 5;
export const REPLY_SLOT = 96;
// Answers a phone asks for, always all of them: one that asked until it found something would tell how many there are.
export const ANSWERS = 6;
const REPLY_TEXT = 68;
const ITERATIONS = 600000;

/** @param {string} networkId uuid @returns {Promise<Receipt>} */
export const newReceipt = (networkId) => deriveReceipt(drawWords(RECEIPT_WORDS), networkId);

/** @param {string | readonly string[]} typed @param {string} networkId uuid
 *  @returns {Promise<Receipt>} throws "receipt_words" when these are not five words of the list */
export async function deriveReceipt(typed, networkId) {
  const words = plainWords(typed);
  if (words.length !== RECEIPT_WORDS || unknownWords(words).length > 0) throw new SealingError("receipt_words");
  const { subtle } = crypto;
  const salt = utf8(`atarraya receipt${networkId.toLowerCase()}`);
  const phrase = await subtle.importKey("raw", utf8(words.join(" ")), "PBKDF2", false, ["deriveBits"]);
  const seed = await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS }, phrase, 256);
  const root = await subtle.importKey("raw", seed, "HKDF", false, ["deriveBits"]);
  const derive = async (/** @type {string} */ info) => {
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8(info) };
    return new Uint8Array(await subtle.deriveBits(how, root, 256));
  };
  const [erase, claim] = [await derive("erase"), await derive("claim")];
  return {
    words,
    lookup: toB64(await derive("lookup")),
    erase: toB64(erase),
    eraseHash: toB64(await sha256(erase)),
    reply: toB64(await derive("reply")),
    // Readers of the account know it and cannot erase with it: the server asks for what it was made of.
    thread: toB64(await sha256(concat(utf8("atarraya thread"), erase))),
    claim: toB64(claim),
    claimHash: toB64(await sha256(claim)),
  };
}

/** The erase hash of a note or attachment of a thread: nothing stored ties it to the others.
 *  @param {string} thread b64 key @param {string} id of the entry or attachment @returns {Promise<string>} b64 */
export async function threadEraseHash(thread, id) {
  const key = await crypto.subtle.importKey("raw", fromB64(thread, 32), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return toB64(await sha256(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(id.toLowerCase())))));
}

/** @param {string} claim b64 @returns {Promise<string>} b64: what the account of the same words carries */
export const claimHash = async (claim) => toB64(await sha256(fromB64(claim, 32)));

/** @param {string} reply b64 key @param {KeyUsage} usage */
const replyKey = (reply, usage) => crypto.subtle.importKey("raw", fromB64(reply, 32), "AES-GCM", false, [usage]);

/** @param {{s: string, p: string, d: string}} answer state, phrase code, day @param {string} reply b64 key
 *  @returns {Promise<Bytes>} 96 bytes; throws "reply_too_long" */
export async function sealReply(answer, reply) {
  const json = utf8(JSON.stringify(answer));
  if (json.length > REPLY_TEXT) throw new SealingError("reply_too_long");
  const padded = concat(json, new Uint8Array(REPLY_TEXT - json.length).fill(32));
  const iv = random(12);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await replyKey(reply, "encrypt"), padded);
  return concat(iv, new Uint8Array(sealed));
}

/** Where an answer lies: in the slot of a note of its own, so that writing one never touches another entry.
 *  @param {string} reply b64 key @param {number} number from 1 @returns {Promise<string>} b64 */
export async function answerLookup(reply, number) {
  const key = await crypto.subtle.importKey("raw", fromB64(reply, 32), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return toB64(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(`atarraya answer ${number}`))));
}

/** @param {string} reply b64 key @returns {Promise<string[]>} where all answers may lie, the oldest first */
export const answerLookups = (reply) => Promise.all(Array.from({ length: ANSWERS }, (_, at) => answerLookup(reply, at + 1)));

/** @param {Bytes[]} slots in the order of `answerLookups` @param {string} reply b64 key
 *  @returns {Promise<{s: string, p: string, d: string} | null>} the newest answer; null: nobody has answered yet */
export async function newestReply(slots, reply) {
  const opened = await Promise.all(slots.map((slot) => openReply(slot, reply)));
  return opened.filter(Boolean).pop() || null;
}

/** @returns {Bytes} what the slot of an entry holds that answers nobody */
export const emptyReply = () => random(REPLY_SLOT);

/** @param {Bytes} slot @param {string} reply b64 key
 *  @returns {Promise<{s: string, p: string, d: string} | null>} null: nobody has answered yet */
export async function openReply(slot, reply) {
  if (slot.length !== REPLY_SLOT) return null;
  try {
    const how = { name: "AES-GCM", iv: slot.slice(0, 12) };
    const plain = await crypto.subtle.decrypt(how, await replyKey(reply, "decrypt"), slot.slice(12));
    return JSON.parse(text(new Uint8Array(plain)));
  } catch {
    return null;
  }
}
