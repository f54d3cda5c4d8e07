// @ts-check
// Whom an inbox is sealed to. Each list is signed by a key of the list before; the first one is known by the
// fingerprint on paper. A server can give an old list or none, never one of its own.
import { plainRecipient } from "./agewrite.js";
import { canonical, parseCanonical } from "./canonical.js";
import { fromB64, grouped, plainCrockford, sha256, toB64, toCrockford, utf8 } from "./bytes.js";
import { ListRefused } from "./errors.js";
import { signText, verifyText } from "./signing.js";

/** `sms`: the key of sealed SMS of each recipient, or null for those without one. `odk`: the same of keys of ODK forms,
 *  but the SHA-256 of each (`odkHash`).
 *  @typedef {{v: 1, inbox: string, number: number, recipients: string[], signers: string[],
 *  previous: string | null, day: string, sms?: (string | null)[], odk?: (string | null)[]}} List */
/** @typedef {{document: string, signatures: {key: string, signature: string}[]}} SignedList */
/** What a phone holds. From a card or link alone: number 0, document null.
 *  @typedef {{fingerprint: string, number: number, document: string | null}} State */
/** @typedef {State & {list: List}} Verified */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/** @param {string} document @returns {Promise<string>} 32 characters in groups of four */
export async function fingerprint(document) {
  return grouped(toCrockford((await sha256(utf8(document))).subarray(0, 20)));
}

/** @param {string} document @returns {Promise<string>} what the next list's `previous` says */
export const documentHash = async (document) => toB64(await sha256(utf8(document)));

/** @param {string | undefined} odk of a public half @returns {Promise<string | null>} what a list says of it */
export const odkHash = async (odk) => (odk === undefined ? null : toB64(await sha256(fromB64(odk))));

/** @param {Omit<List, "v">} fields @returns {string} the canonical document, checked; throws ListRefused */
export function listDocument(fields) {
  const document = canonical({ v: 1, ...fields });
  readList(document);
  return document;
}

/** @param {string} document @param {readonly {ed25519: string}[]} bundles whose signing keys sign
 *  @returns {SignedList} */
export function signList(document, bundles) {
  return { document, signatures: bundles.map((bundle) => signText("list", document, bundle.ed25519)) };
}

/** @param {unknown} value @param {(item: string) => void} check throws on a wrong one @param {number} most */
function checkAll(value, check, most) {
  if (!Array.isArray(value) || value.length < 1 || value.length > most) throw new ListRefused("list_broken");
  value.forEach(check);
}

/** @param {string} document @returns {List} throws ListRefused("list_broken") unless it is a list, written canonically */
export function readList(document) {
  try {
    const list = /** @type {List} */ (parseCanonical(document));
    const numbered = Number.isSafeInteger(list.number) && list.number >= 1;
    const chained = list.number === 1 ? list.previous === null : fromB64(String(list.previous), 32).length === 32;
    if (list.v !== 1 || !UUID.test(list.inbox) || !numbered || !chained || !DAY.test(list.day)) {
      throw new ListRefused("list_broken");
    }
    checkAll(list.recipients, plainRecipient, 6);
    checkAll(list.signers, (key) => fromB64(key, 32), 64);
    for (const said of [list.sms, list.odk]) {
      if (said === undefined) continue;
      checkAll(said, (key) => void (key === null || fromB64(key, 32)), 6);
      if (said.length !== list.recipients.length) throw new ListRefused("list_broken");
    }
    return list;
  } catch {
    throw new ListRefused("list_broken");
  }
}

/** @param {SignedList} signed @param {readonly string[]} signers @returns {boolean} */
function signedByOne({ document, signatures }, signers) {
  if (!Array.isArray(signatures)) return false;
  return signatures.some((one) => signers.includes(one.key) && verifyText("list", document, one));
}

/** @param {State} state @param {SignedList} signed @returns {Promise<Verified>} */
async function first(state, signed) {
  const list = readList(signed.document);
  if (list.number !== 1) throw new ListRefused("list_broken");
  const held = plainCrockford(state.fingerprint);
  if (plainCrockford(await fingerprint(signed.document)) !== held) throw new ListRefused("list_fingerprint");
  if (!signedByOne(signed, [list.signers[0]])) throw new ListRefused("list_broken");
  return { fingerprint: state.fingerprint, number: 1, document: signed.document, list };
}

/** @param {Verified} known @param {SignedList} signed @returns {Promise<Verified>} */
async function next(known, signed) {
  const list = readList(signed.document);
  const follows = list.number === known.number + 1 && list.inbox === known.list.inbox;
  const linked = list.previous === (await documentHash(/** @type {string} */ (known.document)));
  if (!follows || !linked || !signedByOne(signed, known.list.signers)) throw new ListRefused("list_broken");
  return { fingerprint: known.fingerprint, number: list.number, document: signed.document, list };
}

/** Accept what follows from what is held, and nothing else.
 *  @param {State} state @param {readonly SignedList[]} lists in order, from the first or from any number up to the one
 *  held; the whole chain may be given each time
 *  @returns {Promise<Verified>} the newest list and what to hold; throws ListRefused with code list_lower (the server
 *  shows an older list than this phone knows), list_broken or list_fingerprint */
export async function verifyChain(state, lists) {
  if (lists.length === 0) throw new ListRefused(state.number > 0 ? "list_lower" : "list_broken");
  if (state.document === null) {
    let verified = await first(state, lists[0]);
    for (const signed of lists.slice(1)) verified = await next(verified, signed);
    return verified;
  }
  /** @type {Verified} */
  let verified = { ...state, list: readList(state.document) };
  if (readList(lists[lists.length - 1].document).number < state.number) throw new ListRefused("list_lower");
  for (const signed of lists) {
    const { number } = readList(signed.document);
    if (number > verified.number) verified = await next(verified, signed);
    else if (number === state.number && signed.document !== state.document) throw new ListRefused("list_broken");
  }
  return verified;
}
