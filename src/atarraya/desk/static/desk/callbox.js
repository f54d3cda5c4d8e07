// @ts-check
// Marks of a call chain on their way: sealed at the tap, sent when there is a line. What waits stays sealed in this tab,
// also when the page is loaded again. Each is a note like any other.
import { openEnvelope } from "../sealing/envelope.js";
import { post, Refused } from "./api.js";
import { sealNote } from "./notes.js";
import { fromBase64 } from "./store.js";

/** @typedef {import("./threads.js").Entry} Entry */
/** @typedef {{body: any, entry: Entry}} Waiting */

const KEPT = "calls";
const AGAIN = 10000;

export class CallBox {
  /** @param {any} desk */
  constructor(desk) {
    this.desk = desk;
    this.store = desk.store;
    /** @type {Waiting[]} */
    this.waiting = [];
    /** @type {any[]} what another person left sealed in this tab: it waits for them */
    this.others = [];
    this.busy = false;
    this.refused = "";
    this.timer = setInterval(() => void this.flush(), AGAIN);
    addEventListener("online", () => void this.flush());
    this.ready = this.load();
  }

  /** What this tab had not sent before it was loaded again. */
  async load() {
    for (const body of JSON.parse(sessionStorage.getItem(KEPT) || "[]")) {
      const payload = await openEnvelope(fromBase64(body.sealed), this.desk.keys.identities(body.inbox));
      if (payload === null) this.others.push(body);
      else this.waiting.push({ body, entry: { header: headerOf(body), code: "opened", payload: /** @type {any} */ (payload) } });
    }
    await this.flush();
  }

  keep() {
    sessionStorage.setItem(KEPT, JSON.stringify([...this.waiting.map(({ body }) => body), ...this.others]));
  }

  /** @param {any} thread @param {{act: string, [member: string]: unknown}} act */
  async put(thread, act) {
    this.waiting.push(await sealNote(this.desk.keys, this.desk.writer, thread, act));
    this.keep();
    await this.flush();
  }

  /** Send what waits, one by one, until the line fails. What the server refuses stays, is said, and holds no other. */
  async flush() {
    if (this.store !== this.desk.store || !this.desk.keys) return clearInterval(this.timer);
    if (this.busy || this.waiting.length === 0) return;
    this.busy = true;
    try {
      this.refused = "";
      for (const each of [...this.waiting]) {
        await this.send(each).catch((fault) => {
          if (!(fault instanceof Refused)) throw fault;
          this.refused = fault.message;
        });
      }
    } catch {
      // The line is cut: all of it waits.
    } finally {
      this.busy = false;
      document.dispatchEvent(new CustomEvent("desk-calls"));
    }
  }

  /** @param {Waiting} each */
  async send(each) {
    let { body, entry } = each;
    try {
      await post(this.desk.addresses.notes, body);
    } catch (fault) {
      if (!(fault instanceof Refused && fault.code === "list_refused")) throw fault;
      // The keys changed while it waited: the same is sealed to the present ones, if this page has them.
      const { thread, v, type, by, alias, at, ...act } = /** @type {any} */ (entry.payload);
      const about = pretend({ id: thread, inbox: body.inbox, municipality: body.municipality, women: act.women });
      ({ body, entry } = await sealNote(this.desk.keys, { id: by, alias }, about, { ...act, at }));
      await post(this.desk.addresses.notes, body);
    }
    this.waiting = this.waiting.filter((one) => one !== each);
    this.keep();
    this.store.add(entry);
  }
}

/** What a note needs of a thread that has no account: marks belong to an alert and a list, not to a report.
 *  @param {{id: string, inbox: string, municipality: string | null, women: boolean}} about */
export const pretend = ({ id, inbox, municipality, women }) => ({
  id, municipality, discreet: women, account: null, root: { header: { inbox } }, notes: [],
});

/** @param {any} body @returns {any} */
const headerOf = (body) => ({ id: body.id, inbox: body.inbox, number: body.number, municipality: body.municipality, urgency: null,
  age: "H1", day: "", size: 0, expires: "", mark: "" });
