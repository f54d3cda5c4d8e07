// @ts-check
// Writes sealed notes and answers. A note is an entry like any other: nothing outside it says what it is about.
import { newId, random, toB64 } from "../sealing/bytes.js";
import { sealEnvelope } from "../sealing/envelope.js";
import { ANSWERS, answerLookup, emptyReply, sealReply, threadEraseHash } from "../sealing/receipt.js";
import { post, Refused } from "./api.js";
import { addressedFor } from "./threads.js";

/** @typedef {import("./threads.js").Thread} Thread */
/** @typedef {import("./keys.js").Keys} Keys */
/** @typedef {{id: string, alias: string}} Writer */

// Acts whose note carries an answer to whoever reported.
const ANSWERING = new Set(["read", "answer"]);

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

/** Seal a note to those who may read the account.
 *  @param {Keys} keys @param {Writer} writer @param {any} thread
 *  @param {{act: string, [member: string]: unknown}} act
 *  @param {{keep?: string, only?: string, carried?: {lookup: string, reply: Uint8Array}}} [how] `carried`: an answer and its place
 *  @returns {Promise<{body: any, entry: import("./threads.js").Entry}>} what is handed in, and as it would come back */
export async function sealNote(keys, writer, thread, act, { keep = "case", only, carried } = {}) {
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
    id, inbox, number, municipality: thread.municipality, urgency: null, keep, sealed: toBase64(sealed),
    lookup: carried ? carried.lookup : toB64(random(32)), reply: toBase64(carried ? carried.reply : emptyReply()),
    erase_hash: await eraseHash(thread, id),
  };
  const header = {
    id, inbox, number, municipality: thread.municipality, urgency: null, age: "H1",
    day: localDay(), size: sealed.length, expires: "", mark: "",
  };
  return { body, entry: { header, code: "opened", payload } };
}

/** Seal a note and hand it in.
 *  @param {Record<string, string>} addresses @param {Keys} keys @param {Writer} writer @param {Thread} thread
 *  @param {{act: string, [member: string]: unknown}} act @param {Parameters<typeof sealNote>[4]} [how]
 *  @returns {Promise<import("./threads.js").Entry>} as it would come back */
export async function writeNote(addresses, keys, writer, thread, act, how) {
  const { body, entry } = await sealNote(keys, writer, thread, act, how);
  await post(addresses.notes, body);
  return entry;
}

/** @returns {string} today here, YYYY-MM-DD */
export function localDay() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

/** The place of a thread's next answer. A desk that answers at the same moment may take it first.
 *  @param {Thread} thread @returns {number} from 1 */
const nextPlace = ({ notes }) => 1 + notes.filter(({ payload }) => payload && ANSWERING.has(payload.act)).length;

/** Tell whoever reported, in a note of the thread that carries the answer where only their words find it. Nothing else
 *  is written over: what another circle answered stays.
 *  @param {{addresses: Record<string, string>, keys: Keys, writer: Writer, store: import("./store.js").Store}} desk
 *  @param {Thread} thread @param {{s: string, p: string}} answer @param {{act: string, [member: string]: unknown}} act
 *  @returns {Promise<boolean>} false: nobody keeps a receipt for it, its account is not here, or all places are taken */
async function tellReporter({ addresses, keys, writer, store }, thread, answer, act) {
  const key = thread.account && thread.account.reply_key;
  if (typeof key !== "string" || thread.root === null) return false;
  for (let place = nextPlace(thread); place <= ANSWERS; place += 1) {
    const carried = { lookup: await answerLookup(key, place), reply: await sealReply({ ...answer, d: localDay() }, key) };
    try {
      store.add(await writeNote(addresses, keys, writer, thread, act, { carried }));
      return true;
    } catch (fault) {
      if (!(fault instanceof Refused && fault.status === 409)) throw fault;
    }
  }
  return false;
}

/** @param {any} desk @param {Thread} thread @param {string} phrase @returns {Promise<boolean>} as `tellReporter` */
export const answerThread = (desk, thread, phrase) => tellReporter(desk, thread, { s: "answered", p: phrase }, { act: "answer", phrase });

/** @param {any} desk @param {Thread} thread @returns {Promise<boolean>} as `tellReporter` */
export const tellRead = (desk, thread) => tellReporter(desk, thread, { s: "read", p: "READ" }, { act: "read" });
