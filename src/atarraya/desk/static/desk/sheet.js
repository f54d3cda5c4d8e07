// @ts-check
// From what a member wrote down to a sealed file that waits. Nothing here is stored or sent; what was sealed is not read again.
import { ageBand } from "../alerts/point/sender.js";
import { newId, random, toB64, toBase64 } from "../sealing/bytes.js";
import { sealEnvelope } from "../sealing/envelope.js";
import { threadEraseHash } from "../sealing/receipt.js";
import { sealForTransport } from "../sealing/transport.js";

/** @typedef {import("../sealing/receipt.js").Receipt} Receipt */
/** What was read in the collective's codebook. @typedef {{book: {id: string, municipality: string, only: boolean,
 *    duress: string}, reading: import("../sms/words.js").Reading}} Read */
/** A sheet as it was written down. `day`: days ago, or "" where it does not say. `message`: word for word, with the words
 *  of its boxes. `other`: somebody else tells it.
 *  @typedef {{came: string, other: boolean, collective: string, municipality: string, message: string, kind: string,
 *    urgency: string, zone: string, day: string, part: string, bands: string, seen: string, way: string, number: string,
 *    more: string, discreet: boolean, read: Read | null}} Sheet */
/** @typedef {{id: string, circles: string[], purposes: string[], list: {number: number, recipients: string[]}}} Inbox */
/** @typedef {{policies: Record<string, string>, shown: ReadonlySet<string>, transport: string}} Facts */

const HOUR = 3600000;
const BEGINS = /** @type {Record<string, number>} */ ({ DAWN: 0, MORNING: 6, AFTERNOON: 12, NIGHT: 18 });
// Header and the note beside it fill the same room whether codes go with them or not.
const STEPS = 8;
export const MESSAGE_ROOM = 400;

/** The earliest moment that a day and part can mean: codes are never taken for newer than they are.
 *  @param {string} day days ago, "" for not said @param {string} part @param {Date} now @returns {number | null} ms */
export function momentOf(day, part, now) {
  if (!/^\d+$/.test(day)) return null;
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() - Number(day), BEGINS[part] || 0).getTime();
  return Math.min(at, now.getTime());
}

/** @param {Sheet} a @param {Date} now @returns {string} the band of how long ago it was written; OLD where it does not say */
export function ageOf(a, now) {
  const moment = momentOf(a.day, a.part, now);
  return moment === null ? "OLD" : ageBand((now.getTime() - moment) / HOUR);
}

/** @param {string} day days ago @param {Date} now @returns {string | null} that day here, YYYY-MM-DD */
function dayTold(day, now) {
  if (!/^\d+$/.test(day)) return null;
  const at = new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() - Number(day)));
  return at.toISOString().slice(0, 10);
}

/** What may be shown on the board once a member lets it out: only what the collective's own words said, of a kind that
 *  goes at once, told by somebody else. @param {Sheet} a @param {Facts} facts
 *  @returns {{book: string, share: object} | null} */
export function codesOf(a, facts) {
  if (!a.read || a.discreet || !a.other) return null;
  const { book, reading } = a.read;
  const same = reading.kind === a.kind && reading.urgency === a.urgency && (reading.zone || "") === a.zone;
  const may = reading.sure && !book.only && book.municipality === a.municipality && facts.policies[a.kind] === "AT_ONCE";
  if (!same || !may) return null;
  const share = { kind: a.kind, seen: "TOLD", ...(facts.shown.has(a.zone) ? { zone: a.zone } : {}), ...(a.part ? { when: a.part } : {}) };
  return { book: book.id, share };
}

/** The account, in the shape of every other report. The duress word is never in it.
 *  @param {Sheet} a @param {Receipt | null} receipt @param {{thread: string, key: string, now: Date, codes: boolean}} how
 *  @returns {import("../sealing/seal.js").Payload} */
export function accountOf(a, receipt, { thread, key, now, codes }) {
  const message = a.read ? a.read.reading.rest : a.message;
  const coded = a.read && a.read.reading.kind !== null;
  const told = { came: a.came, other: a.other, collective: a.collective, read: Boolean(coded), sure: Boolean(coded && a.read && a.read.reading.sure) };
  const text = [message, a.more].filter(Boolean).join("\n\n");
  const contact = { way: a.way || null, number: a.number, hour: "", partner: false };
  const common = { v: /** @type {1} */ (1), type: "report", thread, municipality: a.municipality || null, text, contact, needs: null, attachments: [], told };
  const keys = { reply_key: receipt ? receipt.reply : null, thread_key: key, claim_hash: receipt ? receipt.claimHash : null };
  if (a.discreet) return { ...common, ...keys, where: "", discreet: true };
  const day = dayTold(a.day, now);
  return {
    ...common, ...keys, kind: a.kind || null, zone: a.zone || null, urgency: a.urgency || null,
    when: day || a.part ? { day, part: a.part || null } : null, who: "COMMUNITY", bands: a.bands || null, seen: a.seen || null,
    consents: [], wish: a.kind && !codes ? "share" : null, discreet: false,
  };
}

/** @param {Inbox} inbox @param {boolean} discreet @returns {boolean[]} who reads it, by place in the list */
export function readersOf({ purposes }, discreet) {
  if (discreet) return purposes.map((purpose) => purpose === "WOMEN");
  const team = purposes.map((purpose) => purpose === "VERIFIERS");
  return team.includes(true) ? team : purposes.map((purpose) => purpose !== "WOMEN");
}

/** Who reads the note beside it: the two whom the book names, when its word was said; nearly always nobody.
 *  @param {Sheet} a @param {Inbox} inbox @returns {boolean[]} */
export function besideOf(a, inbox) {
  const forced = a.read !== null && a.read.reading.duress;
  const two = inbox.circles.map((circle) => forced && a.read !== null && circle === a.read.book.duress);
  // Somebody who is forced must be heard by someone.
  return forced && !two.includes(true) ? readersOf(inbox, false) : two;
}

/** Seal a sheet: the account to its readers, the note beside it, and all of it once more to the server's weekly key.
 *  @param {Sheet} a @param {Inbox} inbox @param {Facts} facts @param {Receipt | null} receipt @param {Date} [now]
 *  @returns {Promise<{id: string, body: Bytes, hour: number}>} throws EnvelopeRefused */
export async function sealSheet(a, inbox, facts, receipt, now = new Date()) {
  const [id, beside, thread] = [newId(), newId(), newId()];
  const key = receipt ? receipt.thread : toB64(random(32));
  const { recipients, number } = inbox.list;
  const codes = codesOf(a, facts);
  const payload = accountOf(a, receipt, { thread, key, now, codes: codes !== null });
  const note = { v: /** @type {1} */ (1), type: "note", thread, act: "duress", text: a.message.slice(0, MESSAGE_ROOM) };
  const envelope = await sealEnvelope({ payload, recipients, addressed: readersOf(inbox, a.discreet) });
  const other = await sealEnvelope({ payload: note, recipients, addressed: besideOf(a, inbox) });
  const header = {
    id, inbox: inbox.id, number, municipality: a.municipality || null, urgency: a.discreet ? null : a.urgency || null,
    age: ageOf(a, now), lookup: receipt ? receipt.lookup : toB64(random(32)),
    erase_hash: receipt ? receipt.eraseHash : toB64(random(32)), share: codes && codes.share, book: codes && codes.book,
    beside: { id: beside, lookup: toB64(random(32)), erase_hash: await threadEraseHash(key, beside), sealed: toBase64(other) },
  };
  const body = await sealForTransport(header, envelope, facts.transport, STEPS);
  return { id, body, hour: Math.floor(now.getTime() / HOUR) * HOUR };
}
