// @ts-check
// From answers to a sealed file in the outbox. Every answered step is sealed anew in place of the one before; what was
// sealed cannot be read here again.
import { newId, random, sha256, toB64, utf8 } from "../../sealing/bytes.js";
import {
  account, addressed, discreetAccount, falseAlarm, header, quietRoute, share, team, tellsMore, women,
} from "./account.js";
import { seals } from "./later.js";
import { answer, change } from "./store.js";

/** @typedef {import("./account.js").Answers} Answers */
/** @typedef {import("./account.js").Receipt} Receipt */
/** @typedef {import("./api.js").Setup} Setup */
/** @typedef {{payload: import("../../sealing/seal.js").Payload, addressed: boolean[], header: object}} Parts */

/** @typedef {import("./store.js").Item} Item */
/** @typedef {import("./store.js").Slice} Slice */

export const TEXT_ROOM = 8192;
const HOUR = 3600000;

/** @param {Setup} setup @param {string} id @param {Parts} parts @returns {Promise<import("./store.js").Item>} */
async function sealed(setup, id, parts) {
  const { payload } = parts;
  const { sealEnvelope, sealForTransport } = await seals();
  const envelope = await sealEnvelope({ payload, recipients: setup.inbox.recipients, addressed: parts.addressed });
  const body = await sealForTransport(parts.header, envelope, setup.transport_key);
  const hour = Math.floor(Date.now() / HOUR) * HOUR;
  return { id, body, hour, sends: false, tries: 0, after: 0, refused: false };
}

/** Halves of a receipt that nobody took: as random as the others. @returns {Promise<{lookup: string, eraseHash: string}>} */
export async function noReceipt() {
  return { lookup: toB64(random(32)), eraseHash: toB64(await sha256(random(32))) };
}

/** @param {Setup} setup @param {Answers} a @param {Receipt | null} receipt @param {string} type
 *  @param {{codes?: object | null, partner?: boolean}} [how] @returns {Promise<Parts>} */
async function parts(setup, a, receipt, type, { codes = null, partner = false } = {}) {
  const halves = receipt || (await noReceipt());
  if (a.discreet) {
    const payload = discreetAccount(a, receipt, type, partner);
    return { payload, addressed: women(setup), header: header(setup, a.id, halves, quietRoute(setup)) };
  }
  const route = { municipality: a.municipality || null, urgency: a.urgency || null, share: codes };
  const places = codes && !tellsMore(a) ? setup.inbox.recipients.map(() => false) : team(setup).places;
  return { payload: account(a, receipt, type), addressed: places, header: header(setup, a.id, halves, route) };
}

/** Seal what is answered so far. @param {IDBDatabase} db @param {Setup} setup @param {Answers} a
 *  @param {Receipt | null} receipt @param {boolean} partner */
export async function keepStep(db, setup, a, receipt, partner) {
  await keepUnfinished(db, await sealed(setup, a.id, await parts(setup, a, receipt, "draft", { partner })));
}

/** Seal the whole report and put it in the outbox, codes with it if they are to be published.
 *  @param {IDBDatabase} db @param {Setup} setup @param {Answers} a @param {Receipt | null} receipt
 *  @param {"team" | "now" | "later" | "quiet"} way @param {boolean} [partner] */
export async function keepReport(db, setup, a, receipt, way, partner = false) {
  const codes = way === "now" || way === "later" ? share(setup, a, way === "later") : null;
  await enqueue(db, await sealed(setup, a.id, await parts(setup, a, receipt, "report", { codes, partner })));
}

/** Say that this point spoke and warns of nothing: an envelope that nobody can open.
 *  @param {IDBDatabase} db @param {Setup} setup */
export async function keepCheckin(db, setup) {
  const id = newId();
  const payload = { v: /** @type {const} */ (1), type: "checkin" };
  const nobody = setup.inbox.recipients.map(() => false);
  const made = { payload, addressed: nobody, header: header(setup, id, await noReceipt(), quietRoute(setup)) };
  await enqueue(db, await sealed(setup, id, made));
}

/** Something said after a report, by whoever holds its words. They erase it too: its mark is made from the thread's key
 *  and its own id, so that nothing stored ties it to the report or to another note.
 *  @param {Setup} setup @param {Receipt} receipt @param {import("../../sealing/seal.js").Payload} payload
 *  @param {boolean[]} places @returns {Promise<import("./store.js").Item>} */
export async function saidLater(setup, receipt, payload, places) {
  const id = newId();
  const { threadEraseHash } = await seals();
  const halves = { lookup: toB64(random(32)), eraseHash: await threadEraseHash(receipt.thread, id) };
  const route = { municipality: setup.point.municipality, urgency: null, share: null };
  return sealed(setup, id, { payload, addressed: places, header: header(setup, id, halves, route) });
}

/** Say that it was a false alarm. Right and wrong words make and send the same.
 *  @param {IDBDatabase} db @param {Setup} setup @param {Receipt} receipt @returns {Promise<string>} id in the outbox */
export async function keepFalseAlarm(db, setup, receipt) {
  const item = await saidLater(setup, receipt, falseAlarm(receipt), team(setup).places);
  await enqueue(db, item);
  return item.id;
}

/** What somebody needs, said after a collective report: a note of the same thread, to the same people.
 *  @param {IDBDatabase} db @param {Setup} setup @param {{thread: string}} a @param {Receipt} receipt @param {string} needs */
export async function keepNeed(db, setup, a, receipt, needs) {
  const keys = { reply_key: receipt.reply, thread_key: receipt.thread };
  const payload = { v: /** @type {const} */ (1), type: "note", thread: a.thread, needs, ...keys };
  const places = addressed(setup, ["VERIFIERS", "CARE"]);
  const known = places.includes(true) ? places : team(setup).places;
  await enqueue(db, await saidLater(setup, receipt, payload, known));
}

// What stands before the text (its length), and what a receipt adds to it.
const BESIDE = 4 + 180;

/** @param {Answers} a @returns {boolean} whether the account still has room for its text */
export const fits = (a) => utf8(JSON.stringify(account(a, null, "report"))).length + BESIDE <= TEXT_ROOM;

// What enters the outbox and what is taken back; what leaves it is store.js, which the worker needs too.

/** @param {IDBObjectStore} store slices @param {string} of the item they belong to
 *  @param {(slice: Slice) => void} act @returns {Promise<void>} */
async function eachOf(store, of, act) {
  for (const slice of await answer(store.index("of").getAll(of))) act(slice);
}

/** Put an item in the outbox; its slices may leave too. One transaction: all of it, or none.
 *  @param {IDBDatabase} db @param {Item} item @returns {Promise<void>} */
export const enqueue = (db, item) =>
  change(db, ["box", "slices"], async (store) => {
    store("box").put({ ...item, sends: true });
    await eachOf(store("slices"), item.id, (slice) => store("slices").put({ ...slice, sends: true }));
  });

/** Keep an unfinished item in place of the one before. @param {IDBDatabase} db @param {Item} item */
export const keepUnfinished = (db, item) =>
  change(db, ["box"], (store) => {
    store("box").put({ ...item, sends: false });
  });

/** @param {IDBDatabase} db @param {Slice} slice */
export const keepSlice = (db, slice) =>
  change(db, ["slices"], (store) => {
    store("slices").put(slice);
  });

/** Forget an item and its slices. @param {IDBDatabase} db @param {string} id */
export const discard = (db, id) =>
  change(db, ["box", "slices"], async (store) => {
    store("box").delete(id);
    await eachOf(store("slices"), id, (slice) => store("slices").delete(slice.id));
  });

/** @param {IDBDatabase} db @param {string} attachment forget its slices @returns {Promise<void>} */
export const dropAttachment = (db, attachment) =>
  change(db, ["slices"], async (store) => {
    const all = /** @type {Slice[]} */ (await answer(store("slices").getAll()));
    for (const slice of all) if (slice.attachment === attachment) store("slices").delete(slice.id);
  });
