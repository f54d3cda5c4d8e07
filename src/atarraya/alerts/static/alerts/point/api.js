// @ts-check
// Asks the server. Nothing of it stays in the browser's cache.
import { seals } from "./later.js";
import { recall, remember } from "./store.js";

/** What the server refused: its status and code. */
export class Refused extends Error {
  /** @param {number} status @param {string} code */
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const PATIENCE = 45000;

/** @typedef {{method?: string, body?: unknown, token?: string | null, headers?: Record<string, string>}} Ask */

/** @param {string} path below /api/point/ @param {Ask} [ask] @returns {Promise<Response>} 2xx or 304; throws Refused,
 *  or what fetch throws when there is no signal */
export async function call(path, { method = "GET", body, token = null, headers = {} } = {}) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), PATIENCE);
  /** @type {Record<string, string>} */
  const all = { "Accept-Language": document.documentElement.lang, ...headers };
  if (token) all.Authorization = `Point ${token}`;
  if (body !== undefined) all["Content-Type"] = "application/json";
  try {
    const response = await fetch(`/api/point/${path}`, {
      method,
      headers: all,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal: stop.signal,
    });
    if (response.ok || response.status === 304) return response;
    const problem = await response.json().catch(() => ({}));
    throw new Refused(response.status, problem.title || "refused");
  } finally {
    clearTimeout(clock);
  }
}

/** @param {IDBDatabase} db @param {string} path @param {Ask} [ask] @returns {Promise<Response>} as this phone */
export async function callAs(db, path, ask = {}) {
  return call(path, { ...ask, token: await recall(db, "device") });
}

// Opens the page: the link's secret becomes this phone's token, and the team's list is verified before anything is sealed
// to it. A list that does not follow from the one held here stops everything.

/** What the page needs to write and seal without signal. Names of the network and the collective are not kept.
 *  @typedef {{inbox: {id: string, number: number, recipients: string[], circles: {purpose: string, people: number}[],
 *      lines: string[], sms?: (string | null)[]},
 *    transport_key: string, network: {id: string, team_hours: string, demo: boolean},
 *    point: {municipality: string, phones: number, present: boolean},
 *    kinds: {code: string, family: string, policy: string}[], policy: {warnings_a_day: number, delay_hours: number},
 *    municipalities: {code: string, name: string}[], zones: {id: string, municipality: string, name: string, may_show: boolean}[],
 *    readers: Record<string, number>}} Setup */

/** @param {IDBDatabase} db @param {{device: string}} opened @param {string} fingerprint */
async function begin(db, opened, fingerprint) {
  await remember(db, "device", opened.device);
  await remember(db, "stop", undefined);
  const held = await recall(db, "list");
  const same = held && held.fingerprint.replace(/-/g, "") === fingerprint.replace(/-/g, "");
  if (!same) await remember(db, "list", fingerprint ? { fingerprint, number: 0, document: null } : undefined);
  await remember(db, "setup", undefined);
}

/** Exchange a waiting link for this phone's token. @param {IDBDatabase} db @returns {Promise<boolean>} whether this
 *  phone is open; throws Refused, or what fetch throws without signal */
export async function redeem(db) {
  const link = await recall(db, "link");
  if (link) {
    const response = await call("redeem", { method: "POST", body: { token: link.token } });
    await begin(db, await response.json(), link.fingerprint);
    await remember(db, "link", undefined);
  }
  return Boolean(await recall(db, "device"));
}

/** Open by the short code of a card. @param {IDBDatabase} db @param {string} code @returns {Promise<void>} */
export async function redeemCode(db, code) {
  const response = await call("code", { method: "POST", body: { code } });
  await begin(db, await response.json(), "");
}

/** Without a link nothing says which list is the right one: the person compares it with the card.
 *  @param {any} setup @returns {{fingerprint: string, number: number, document: null}} */
const askPerson = (setup) => ({ fingerprint: setup.fingerprint, number: 0, document: null });

/** @param {any} answer of setup.json @returns {Setup} what may stay on the phone */
export function toKeep(answer) {
  const { inbox, network, point } = answer;
  return {
    inbox: { id: inbox.id, number: inbox.number, recipients: inbox.recipients, circles: inbox.circles || [], lines: inbox.lines || [] },
    network: { id: network.id, team_hours: network.team_hours || "", demo: Boolean(network.demo) },
    point: { municipality: point.municipality, phones: point.phones, present: point.present !== false },
    transport_key: answer.transport_key,
    kinds: answer.kinds,
    policy: answer.policy,
    municipalities: answer.municipalities,
    zones: answer.zones,
    readers: answer.readers || {},
  };
}

/** Ask for the setup, verify it, keep it.
 *  @param {IDBDatabase} db @param {(setup: Setup) => unknown} come is told of a setup that is still to be verified, if
 *  this phone knows by which list: what verifies it may be long on its way
 *  @returns {Promise<{setup: Setup, compare: string | null}>} `compare`: letters that a person must still find on the
 *  card; throws ListRefused, Refused, or what fetch throws without signal */
export async function refresh(db, come = () => {}) {
  const held = await recall(db, "list");
  const from = held ? held.number : 0;
  const response = await callAs(db, `setup.json?from=${from}`);
  // Now, so that it takes the line neither from the link's exchange nor from this answer, and leaves it idle no longer.
  seals().catch(() => {});
  const answer = await response.json();
  const state = held || askPerson(answer);
  // With nothing new, the list in force must be the very one held here.
  const lists = answer.lists.length > 0 ? answer.lists : [answer.inbox.list];
  if (held) await come(toKeep(answer));
  const { verifyChain } = await seals();
  const { list, ...next } = await verifyChain(state, lists);
  const setup = toKeep(answer);
  // What is sealed to is the verified list, never what stands beside it.
  setup.inbox = { ...setup.inbox, id: list.inbox, number: list.number, recipients: list.recipients, sms: list.sms };
  if (!held) {
    await remember(db, "compare", next);
    await remember(db, "setup", setup);
    return { setup, compare: next.fingerprint };
  }
  await remember(db, "list", next);
  await remember(db, "setup", setup);
  await remember(db, "stop", undefined);
  return { setup, compare: null };
}

/** The person found the same letters on the card, or not. @param {IDBDatabase} db @param {boolean} same */
export async function compared(db, same) {
  const next = await recall(db, "compare");
  await remember(db, "compare", undefined);
  if (same) await remember(db, "list", next);
  else await remember(db, "stop", "list_fingerprint");
}
