// @ts-check
// What this tab has received and opened. Memory only: closing the key or the tab leaves nothing.
import { openManyIn } from "../sealing/opener.js";
import { workerAddress } from "../web/trusted.js";
import { get } from "./api.js";
import { prove } from "./proving.js";
import { openSealed } from "./sealedsms.js";
import { threadsOf } from "./threads.js";

/** @typedef {import("./threads.js").Entry} Entry */
/** @typedef {import("./threads.js").Header} Header */
/** @typedef {{inbox: string, municipality: string | null, urgency: string | null, day: string, count: number}} Group */

const NEW_DAYS = 1; // today and yesterday come by themselves; what is older is counted, so a person asks for it
const OLD_DAYS = 30; // what is older than this takes a second person

/** @param {string} base64 @returns {Uint8Array<ArrayBuffer>} */
export const fromBase64 = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

export class Store {
  /** @param {{overview: string, entries: string, worker: string}} addresses
   *  @param {import("./keys.js").Keys} keys @param {(done: number, total: number) => void} onProgress */
  constructor(addresses, keys, onProgress) {
    this.addresses = addresses;
    this.keys = keys;
    this.onProgress = onProgress;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    /** @type {Map<string, number>} how many entries of each group are here */
    this.fetched = new Map();
    /** @type {Group[]} */
    this.groups = [];
    this.worker = new Worker(workerAddress(addresses.worker), { type: "module" });
  }

  /** Forget everything. */
  close() {
    this.worker.terminate();
    this.entries.clear();
    this.fetched.clear();
    this.groups = [];
  }

  get threads() {
    return threadsOf(this.entries.values());
  }

  /** Ask what waits, bring what is new, and open it. @returns {Promise<number>} how many entries are new here */
  async refresh() {
    this.groups = (await get(this.addresses.overview)).body.groups;
    return this.bring(this.groups.filter((group) => !isOlder(group)));
  }

  /** Groups of earlier days that are not here yet: those one person may bring, and those that take two.
   *  @returns {{older: Group[], oldest: Group[]}} newest days first */
  get missing() {
    const missing = this.groups.filter((group) => isOlder(group) && (this.fetched.get(key(group)) || 0) < group.count);
    missing.sort((a, b) => b.day.localeCompare(a.day));
    return { older: missing.filter((group) => !isOld(group)), oldest: missing.filter(isOld) };
  }

  /** Bring what is not here of these groups and open it. A refusal in the middle keeps what had come.
   *  @param {Group[]} groups @returns {Promise<number>} how many entries are new here */
  async bring(groups) {
    const wanted = new Map();
    for (const group of groups) {
      const known = this.fetched.get(key(group)) || 0;
      if (known !== group.count) wanted.set(pageKey(group), group);
    }
    /** @type {{header: Header, sealed: Uint8Array<ArrayBuffer>}[]} */
    const fresh = [];
    try {
      for (const [page, group] of wanted) {
        fresh.push(...(await this.pages(group)));
        for (const each of groups) if (pageKey(each) === page) this.fetched.set(key(each), each.count);
      }
    } finally {
      await this.open(fresh);
    }
    return fresh.length;
  }

  /** @param {Group} group @returns {Promise<{header: Header, sealed: Uint8Array<ArrayBuffer>}[]>} entries not here yet */
  async pages(group) {
    const found = [];
    let cursor = "";
    do {
      const query = new URLSearchParams({ inbox: group.inbox, municipality: group.municipality || "", day: group.day, cursor });
      const { body } = await get(`${this.addresses.entries}?${query}`);
      for (const { envelope, ...rest } of body.entries) {
        if (!this.entries.has(rest.id)) found.push({ header: { inbox: group.inbox, ...rest }, sealed: fromBase64(envelope) });
      }
      cursor = body.cursor || "";
    } while (cursor !== "");
    return found;
  }

  /** @param {{header: Header, sealed: Uint8Array<ArrayBuffer>}[]} fresh */
  async open(fresh) {
    const byInbox = new Map();
    for (const item of fresh) byInbox.set(item.header.inbox, [...(byInbox.get(item.header.inbox) || []), item]);
    let before = 0;
    for (const [inbox, items] of byInbox) {
      const headers = new Map(items.map((/** @type {any} */ { header }) => [header.id, header]));
      const sealed = items.map((/** @type {any} */ { header, sealed: bytes }) => ({ id: header.id, bytes, number: header.number }));
      await openManyIn(this.worker, sealed, this.keys.identities(inbox), (done, _, { id, code, payload }) => {
        this.entries.set(id, { header: headers.get(id), code, payload });
        this.onProgress(before + done, fresh.length);
      });
      before += items.length;
    }
    await openSealed(this.entries.values(), this.keys);
    await prove(this.entries.values());
  }

  /** Put in what this desk has just written, so that it shows without asking for it again. @param {Entry} entry */
  add(entry) {
    this.entries.set(entry.header.id, entry);
    const group = { inbox: entry.header.inbox, municipality: entry.header.municipality, urgency: entry.header.urgency, day: entry.header.day };
    this.fetched.set(key(group), (this.fetched.get(key(group)) || 0) + 1);
  }
}

/** @param {Omit<Group, "count">} group */
const pageKey = ({ inbox, municipality, day }) => `${inbox} ${municipality} ${day}`;
/** @param {Omit<Group, "count">} group */
const key = (group) => `${pageKey(group)} ${group.urgency}`;

/** @param {Group} group @returns {number} whole days since it arrived, by this device's calendar */
function daysOf(group) {
  const today = new Date();
  return Math.round((Date.parse(today.toDateString()) - Date.parse(new Date(`${group.day}T00:00:00`).toDateString())) / 86400000);
}

/** @param {Group} group @returns {boolean} */
const isOlder = (group) => daysOf(group) > NEW_DAYS;
/** @param {Group} group @returns {boolean} */
const isOld = (group) => daysOf(group) > OLD_DAYS;
