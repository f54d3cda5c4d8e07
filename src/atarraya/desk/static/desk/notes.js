// @ts-check
// Writes sealed notes and answers. A note is an entry like any other: nothing outside it says what it is about.
import { concat, newId, random, toB64 } from "../sealing/bytes.js";
import { sealEnvelope } from "../sealing/envelope.js";
import { emptyReply, sealReply, threadEraseHash } from "../sealing/receipt.js";
import { post } from "./api.js";
import { addressedFor } from "./threads.js";

/** @typedef {import("./threads.js").Thread} Thread */
/** @typedef {import("./keys.js").Keys} Keys */
/** @typedef {{id: string, alias: string}} Writer */

/** @param {Uint8Array} bytes @returns {string} standard base64 */
export function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** The erase hash of a note: from the thread's key where the reporter has a receipt, else as random as any.
 *  @param {Thread} thread @param {string} id @returns {Promise<string>} b64 */
async function eraseHash(thread, id) {
  const key = thread.account && thread.account.thread_key;
  return typeof key === "string" ? threadEraseHash(key, id) : toB64(random(32));
}

/** Seal a note to those who may read the account and hand it in.
 *  @param {Record<string, string>} addresses @param {Keys} keys @param {Writer} writer @param {Thread} thread
 *  @param {{act: string, [member: string]: unknown}} act @param {{keep?: string, only?: string}} [how]
 *  @returns {Promise<import("./threads.js").Entry>} as it would come back */
export async function writeNote(addresses, keys, writer, thread, act, { keep = "case", only } = {}) {
  const inbox = /** @type {NonNullable<typeof thread.root>} */ (thread.root || thread.notes[0]).header.inbox;
  const { recipients, number, purposes } = keys.list(inbox);
  const payload = {
    v: /** @type {1} */ (1), type: "note", thread: thread.id, by: writer.id, alias: writer.alias,
    // To the second inside the seal, so that history and "the newest stands" are in the order of what people did.
    at: new Date().toISOString().slice(0, 23), ...act,
  };
  const addressed = addressedFor(thread, purposes, keys.places(inbox), only);
  const sealed = await sealEnvelope({ payload, recipients, addressed });
  const id = newId();
  const body = {
    id, inbox, number, municipality: thread.municipality, urgency: null, lookup: toB64(random(32)),
    erase_hash: await eraseHash(thread, id), keep, sealed: toBase64(sealed),
  };
  await post(addresses.notes, body);
  const header = {
    id, inbox, number, municipality: thread.municipality, urgency: null, age: "H1",
    day: localDay(), size: sealed.length, expires: "", mark: "",
  };
  return { header, code: "opened", payload };
}

/** @returns {string} today here, YYYY-MM-DD */
export function localDay() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

/** Write the answer slots of one thread and of entries around it, so that the one that matters does not stand out.
 *  @param {Record<string, string>} addresses @param {Thread} thread @param {{s: string, p: string}} answer
 *  @param {Iterable<import("./threads.js").Entry>} around entries of the same page that nobody here can open */
export async function writeAnswer(addresses, thread, answer, around) {
  const key = thread.account && thread.account.reply_key;
  const root = thread.root;
  if (typeof key !== "string" || root === null) return false;
  const replies = [{ id: root.header.id, reply: toBase64(await sealReply({ ...answer, d: localDay() }, key)) }];
  for (const entry of around) {
    if (replies.length >= 20) break;
    if (entry.payload === null) replies.push({ id: entry.header.id, reply: toBase64(concat(emptyReply())) });
  }
  replies.sort((a, b) => a.id.localeCompare(b.id));
  await post(addresses.replies, { replies });
  return true;
}

/** Tell whoever reported, and note it in the thread. @param {{addresses: Record<string, string>, keys: Keys, writer: Writer,
 *  store: import("./store.js").Store}} desk @param {Thread} thread @param {string} phrase @returns {Promise<boolean>} false:
 *  nobody keeps a receipt for it, or its account is not here */
export async function answerThread(desk, thread, phrase) {
  if (!(await writeAnswer(desk.addresses, thread, { s: "answered", p: phrase }, desk.store.entries.values()))) return false;
  desk.store.add(await writeNote(desk.addresses, desk.keys, desk.writer, thread, { act: "answer", phrase }));
  return true;
}
