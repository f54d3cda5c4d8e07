// @ts-check
// From answers to a sealed file in the outbox. Every answered step is sealed anew in place of the one before; what was
// sealed cannot be read here again.
import { newId, random, sha256, toB64 } from "../../sealing/bytes.js";
import { measure, sealEnvelope } from "../../sealing/seal.js";
import { sealForTransport } from "../../sealing/transport.js";
import { account, addressed, discreetAccount, header, quietRoute, share, team, tellsMore, women } from "./account.js";
import { enqueue, keepUnfinished } from "./store.js";

/** @typedef {import("./account.js").Answers} Answers */
/** @typedef {import("./account.js").Receipt} Receipt */
/** @typedef {import("./opening.js").Setup} Setup */
/** @typedef {{payload: import("../../sealing/seal.js").Payload, addressed: boolean[], header: object}} Parts */

export { newId };

export const TEXT_ROOM = 8192;
const HOUR = 3600000;

/** @param {Setup} setup @param {string} id @param {Parts} parts @returns {Promise<import("./store.js").Item>} */
async function sealed(setup, id, parts) {
  const { payload } = parts;
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

/** What somebody needs, said after a collective report: a note of the same thread, to the same people.
 *  @param {IDBDatabase} db @param {Setup} setup @param {{thread: string}} a @param {Receipt} receipt @param {string} needs */
export async function keepNeed(db, setup, a, receipt, needs) {
  const id = newId();
  const keys = { reply_key: receipt.reply, thread_key: receipt.thread };
  const payload = { v: /** @type {const} */ (1), type: "note", thread: a.thread, needs, ...keys };
  const places = addressed(setup, ["VERIFIERS", "CARE"]);
  const known = places.includes(true) ? places : team(setup).places;
  const route = { municipality: setup.point.municipality, urgency: null, share: null };
  const halves = { lookup: toB64(random(32)), eraseHash: receipt.eraseHash };
  await enqueue(db, await sealed(setup, id, { payload, addressed: known, header: header(setup, id, halves, route) }));
}

/** @param {Answers} a @returns {boolean} whether the account still has room for its text */
export const fits = (a) => measure(account(a, null, "report")).size + 120 <= TEXT_ROOM;
