// @ts-check
// Turns a heap of opened entries into threads. Nothing stored ties an account to its notes: the tie is inside the
// seal, so it is made here, in memory, each time.
import { isClaim, joinClaims } from "./claims.js";

/** What the server says of an entry.
 *  @typedef {{id: string, inbox: string, number: number, municipality: string | null, urgency: string | null,
 *    age: string, day: string, size: number, expires: string, mark: string}} Header */
/** @typedef {{v: 1, type: string, [member: string]: any}} Payload */
/** `claimed`: the account it belongs to, for what was said with five words.
 *  @typedef {{header: Header, code: string, payload: Payload | null, claimed?: string}} Entry */
/** @typedef {{id: string, root: Entry | null, account: Payload | null, notes: Entry[], urgency: string | null,
 *    municipality: string | null, day: string, source: string, info: string, assigned: string, state: string,
 *    answered: string, kept: boolean, mine: string[], same: string[], apart: string[], alerts: string[],
 *    discreet: boolean, denied: boolean}} Thread  `same` and `apart` are what people decided, told from either side;
 *  `denied`: whoever holds its words said that it was a false alarm */

const RANK = /** @type {Record<string, number>} */ ({ NOW: 0, DAYS: 1, KNOW: 2 });
const UNKNOWN = 1.5; // a report without urgency stands between "days" and "to know": somebody must look

/** @param {Iterable<Entry>} entries @returns {Thread[]} open ones first, then by urgency, then newest day */
export function threadsOf(entries) {
  /** @type {Map<string, Thread>} */
  const threads = new Map();
  /** @type {Entry[]} */
  const claims = [];
  for (const entry of entries) {
    const payload = entry.payload;
    if (isClaim(entry)) {
      claims.push(entry);
      continue;
    }
    if (payload === null || typeof payload.thread !== "string") continue;
    const thread = threads.get(payload.thread) || blank(payload.thread, entry);
    threads.set(payload.thread, thread);
    // A phone that was closed in the middle may send what was answered so far: a draft stands until its report comes.
    const finished = thread.account !== null && thread.account.type === "report";
    if (payload.type === "report" || (payload.type === "draft" && !finished)) takeAccount(thread, entry, payload);
    else if (payload.type === "note") thread.notes.push(entry);
  }
  for (const thread of threads.values()) applyNotes(thread);
  joinClaims(threads.values(), claims);
  decide(threads);
  return [...threads.values()].filter((thread) => thread.account !== null).sort(order);
}

/** @param {string} id @param {Entry} entry @returns {Thread} */
function blank(id, entry) {
  const { municipality, urgency, day } = entry.header;
  return {
    id, root: null, account: null, notes: [], urgency, municipality, day,
    source: "F", info: "6", assigned: "", state: "OPEN", answered: "", kept: false, mine: [], same: [], apart: [],
    alerts: [], discreet: false, denied: false,
  };
}

/** @param {Thread} thread @param {Entry} entry @param {Payload} payload */
function takeAccount(thread, entry, payload) {
  thread.root = entry;
  thread.account = payload;
  thread.day = entry.header.day;
  thread.urgency = payload.urgency || entry.header.urgency;
  thread.municipality = payload.municipality || entry.header.municipality;
  thread.discreet = payload.discreet === true;
}

/** Notes only add; the newest of each kind stands. @param {Thread} thread */
function applyNotes(thread) {
  thread.notes.sort((a, b) => moment(a).localeCompare(moment(b)) || a.header.id.localeCompare(b.header.id));
  for (const { header, payload } of thread.notes) {
    if (payload === null) continue;
    applyNote(thread, payload);
    if (payload.act === "keep" && thread.account === null) {
      // The account itself has reached its last day; the copy a desk kept stands for it.
      thread.account = payload.account;
      thread.day = payload.account.day || header.day;
      thread.urgency = thread.account ? thread.account.urgency || null : null;
    }
  }
}

/** Two reports are one event, or two, as was last decided; it counts for both, whichever it was written in.
 *  @param {Map<string, Thread>} threads */
function decide(threads) {
  /** @type {Map<string, {of: string[], at: string, same: boolean}>} */
  const pairs = new Map();
  for (const thread of threads.values()) {
    for (const entry of thread.notes) {
      if (entry.payload === null || entry.payload.act !== "same") continue;
      const of = [thread.id, String(entry.payload.as)].sort();
      const before = pairs.get(of.join(" "));
      if (!before || before.at <= moment(entry)) pairs.set(of.join(" "), { of, at: moment(entry), same: entry.payload.same === true });
    }
  }
  for (const { of: [one, other], same } of pairs.values()) {
    for (const [id, as] of [[one, other], [other, one]]) {
      const thread = threads.get(id);
      if (thread) (same ? thread.same : thread.apart).push(as);
    }
  }
}

/** @param {Thread} thread @param {Payload} note */
function applyNote(thread, note) {
  const acts = /** @type {Record<string, () => void>} */ ({
    grade: () => { thread.source = note.source; thread.info = note.info; },
    assign: () => { thread.assigned = note.to; },
    state: () => { thread.state = note.state; },
    answer: () => { thread.answered = note.phrase; },
    keep: () => { thread.kept = true; },
    became: () => { if (!thread.alerts.includes(note.alert)) thread.alerts.push(note.alert); },
    mine: () => { if (!thread.mine.includes(note.by)) thread.mine.push(note.by); },
  });
  const act = acts[note.act];
  if (act) act();
}

/** @param {Entry} entry @returns {string} */
const moment = (entry) => (entry.payload && typeof entry.payload.at === "string" ? entry.payload.at : entry.header.day);

/** @param {Thread} thread @returns {number} */
export function rank(thread) {
  return thread.urgency === null ? UNKNOWN : RANK[thread.urgency] ?? UNKNOWN;
}

/** @param {Thread} a @param {Thread} b @returns {number} */
function order(a, b) {
  const settled = Number(a.state === "DONE") - Number(b.state === "DONE");
  return settled || rank(a) - rank(b) || b.day.localeCompare(a.day) || a.id.localeCompare(b.id);
}

/** Threads that may be about the same event: the same family or kind, the same zone or municipality, two days.
 *  A person decides; this only asks.
 *  @param {Thread} thread @param {readonly Thread[]} others @param {Record<string, string>} families kind → family
 *  @returns {Thread[]} */
export function maybeSame(thread, others, families) {
  const kind = thread.account && thread.account.kind;
  if (!kind) return [];
  return others.filter((other) => {
    if (other.id === thread.id || !other.account || thread.same.includes(other.id) || thread.apart.includes(other.id)) return false;
    if (families[other.account.kind] !== families[kind]) return false;
    return samePlace(thread, other) && Math.abs(dayNumber(thread) - dayNumber(other)) <= 2;
  });
}

/** @param {Thread} a @param {Thread} b @returns {boolean} */
function samePlace(a, b) {
  if (a.municipality === null || a.municipality !== b.municipality) return false;
  const [here, there] = [a.account && a.account.zone, b.account && b.account.zone];
  return !here || !there || here === there;
}

/** @param {Thread} thread @returns {number} days since 1970 of what happened, else of arrival */
function dayNumber(thread) {
  const told = thread.account && typeof thread.account.day === "string" ? thread.account.day : thread.day;
  return Math.floor(Date.parse(`${told}T00:00:00Z`) / 86400000);
}

/** Where a note goes in the envelope: to people who could read the account, never wider. A discreet thread stays with
 *  the women's team; every other stays with this member's other circles.
 *  @param {Thread} thread @param {readonly string[]} purposes of the circle at each place of the present list
 *  @param {readonly number[]} own places of the circles this member belongs to
 *  @param {string} [only] a purpose: grades go to the verifiers only @returns {boolean[]} */
export function addressedFor(thread, purposes, own, only) {
  return purposes.map((purpose, place) => {
    const fits = only === undefined ? (purpose === "WOMEN") === thread.discreet : purpose === only;
    return fits && own.includes(place);
  });
}
