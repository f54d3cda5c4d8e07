// @ts-check
// What a report says: the sealed account, the routing header, and the codes that may be published. Pure.

/** @typedef {{id: string, key: string, kind: "voice" | "photo", type: string, size: number, chunks: number}} Attached */
/** Everything a person has answered. Lives in memory only.
 *  @typedef {{id: string, thread: string, family: string, kind: string, municipality: string, zone: string | null,
 *    urgency: string, needs: string, when: string, part: string, who: string, bands: string, seen: string, text: string,
 *    way: string, number: string, hour: string, consents: string[], wish: boolean, attachments: Attached[],
 *    discreet: boolean, where: string}} Answers */
/** @typedef {import("../../sealing/receipt.js").Receipt} Receipt */
/** @typedef {import("./api.js").Setup} Setup */

/** @param {() => string} newId @returns {Answers} */
export function blank(newId) {
  return {
    id: newId(), thread: newId(), family: "", kind: "", municipality: "", zone: null, urgency: "", needs: "",
    when: "", part: "", who: "", bands: "", seen: "", text: "", way: "", number: "", hour: "", consents: [],
    wish: false, attachments: [], discreet: false, where: "",
  };
}

/** Whether there is more than codes to tell: else the account goes to nobody (R12).
 *  @param {Answers} a */
export function tellsMore(a) {
  const told = a.text || a.who || a.bands || a.way || a.number || a.hour || a.when || a.needs;
  return Boolean(told || a.attachments.length || a.consents.length);
}

/** @param {Answers} a @param {Receipt | null} receipt @param {string} type report or draft
 *  @returns {import("../../sealing/seal.js").Payload} */
export function account(a, receipt, type) {
  return {
    v: 1,
    type,
    thread: a.thread,
    kind: a.kind || null,
    municipality: a.municipality || null,
    zone: a.zone,
    urgency: a.urgency || null,
    when: a.when ? { day: a.when, part: a.part || null } : null,
    who: a.who || "COMMUNITY",
    bands: a.bands || null,
    seen: a.seen || null,
    text: a.text,
    contact: { way: a.way || null, number: a.number, hour: a.hour, partner: false },
    consents: a.consents,
    attachments: a.attachments,
    needs: a.needs || null,
    wish: a.wish ? "share" : null,
    reply_key: receipt ? receipt.reply : null,
    thread_key: receipt ? receipt.thread : null,
    claim_hash: receipt ? receipt.claimHash : null,
    discreet: false,
  };
}

/** What whoever holds the words says afterwards. Only the words give `claim`: the readers of the account compare it
 *  with the `claim_hash` inside; words that are nobody's make one that fits none (decision 7).
 *  @param {Receipt} receipt @returns {import("../../sealing/seal.js").Payload} */
export const falseAlarm = (receipt) => ({ v: 1, type: "note", act: "false_alarm", claim: receipt.claim });

/** The discreet path asks three things and tells nothing else.
 *  @param {Answers} a @param {Receipt | null} receipt @param {string} type @param {boolean} partner
 *  @returns {import("../../sealing/seal.js").Payload} */
export function discreetAccount(a, receipt, type, partner) {
  return {
    v: 1,
    type,
    thread: a.thread,
    municipality: a.municipality || null,
    needs: a.needs || null,
    contact: { way: a.way || null, number: a.number, hour: a.hour, partner },
    where: a.where,
    text: "",
    attachments: [],
    reply_key: receipt ? receipt.reply : null,
    thread_key: receipt ? receipt.thread : null,
    discreet: true,
  };
}

/** @param {Setup} setup @param {string} id @param {{lookup: string, eraseHash: string}} halves
 *  @param {{municipality: string | null, urgency: string | null, share: object | null}} route */
export function header(setup, id, halves, { municipality, urgency, share }) {
  return {
    id,
    inbox: setup.inbox.id,
    number: setup.inbox.number,
    municipality,
    urgency,
    age: "H1",
    lookup: halves.lookup,
    erase_hash: halves.eraseHash,
    share,
  };
}

/** The one route of check-ins and of the discreet path: nothing in it may differ (R12). @param {Setup} setup */
export const quietRoute = (setup) => ({
  municipality: setup.point.municipality,
  urgency: null,
  share: { kind: "CHECKIN" },
});

/** Codes for the board. A zone only where it may be shown. @param {Setup} setup @param {Answers} a @param {boolean} later */
export function share(setup, a, later) {
  const zone = setup.zones.find((one) => one.id === a.zone && one.may_show);
  /** @type {Record<string, unknown>} */
  const codes = { kind: a.kind, seen: a.seen || "TOLD", delay: later };
  if (zone) codes.zone = zone.id;
  if (a.part) codes.when = a.part;
  return codes;
}

/** Only at-once kinds, and only of the point's own municipality (R14, R15). @param {Setup} setup @param {Answers} a */
export function mayWarn(setup, a) {
  const kind = setup.kinds.find((one) => one.code === a.kind);
  const here = setup.point.present && a.municipality === setup.point.municipality;
  return Boolean(here && kind && kind.policy === "AT_ONCE");
}

/** Which circles an envelope opens to, by place in the list.
 *  @param {Setup} setup @param {string[]} purposes @returns {boolean[]} */
export function addressed(setup, purposes) {
  const { recipients, circles } = setup.inbox;
  return recipients.map((_, place) => circles.length > place && purposes.includes(circles[place].purpose));
}

/** The team that reads a report: those who check; where an inbox has no such circle, all but the women's team.
 *  @param {Setup} setup @returns {{places: boolean[], people: number}} */
export function team(setup) {
  const { recipients, circles } = setup.inbox;
  let places = addressed(setup, ["VERIFIERS"]);
  if (!places.includes(true)) places = recipients.map((_, i) => !circles[i] || circles[i].purpose !== "WOMEN");
  const people = places.reduce((sum, yes, i) => sum + (yes && circles[i] ? circles[i].people : 0), 0);
  return { places, people };
}

/** @param {Setup} setup @returns {boolean[]} the women's team only; all false where there is none */
export const women = (setup) => addressed(setup, ["WOMEN"]);
