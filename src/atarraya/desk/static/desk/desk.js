// @ts-check
// The desk: opens the key, brings what waits, and puts each view in its place.
import { alertLines, fetchAlerts } from "./alerts.js";
import { get, Refused, sentence } from "./api.js";
import { one, replace } from "./dom.js";
import { closeFiles } from "./files.js";
import { arrived, count } from "./heard.js";
import { openKeys } from "./keys.js";
import { lock, reached } from "./lock.js";
import { loadNames, namesView } from "./names.js";
import { notices, odkLine, older, smsLines } from "./notices.js";
import { Pane } from "./pane.js";
import { fetchProposals, proposalLines } from "./proposals.js";
import { publishView } from "./publish.js";
import { Live } from "./live.js";
import { Pulse } from "./pulse.js";
import { Queue } from "./queue.js";
import { openSheets, sheetsHere, watchSheets } from "./sheets.js";
import { Store } from "./store.js";
import { carryOver, markRead, threadView } from "./thread.js";
import { say, setWords } from "./words.js";

/** @typedef {import("./threads.js").Thread} Thread */

class Desk {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.addresses = /** @type {Record<string, string>} */ ({ ...root.dataset });
    this.writer = { id: this.addresses.member, alias: this.addresses.alias };
    this.canWrite = this.addresses.writes === "yes";
    this.side = one(root, "#side");
    this.tab = "queue";
    this.opened = "";
    /** @type {Record<string, string>} */
    this.families = {};
    /** @type {import("./alerts.js").Alert[]} */
    this.alerts = [];
    /** @type {import("./proposals.js").Proposal[]} */
    this.proposals = [];
    // Made when the key opens; the key's closing forgets them.
    this.store = /** @type {Store} */ (/** @type {unknown} */ (undefined));
    this.pulse = /** @type {Pulse | undefined} */ (undefined);
    this.live = /** @type {Live | undefined} */ (undefined);
    this.keys = /** @type {import("./keys.js").Keys | undefined} */ (undefined);
    this.names = /** @type {Map<string, string[]> | undefined} */ (undefined);
    /** @type {string | undefined} */
    this.lookedBefore = undefined;
    /** @type {Map<string, HTMLElement>} what was being written of a thread and was not sent */
    this.unsent = new Map();
    /** @type {Set<string> | null} threads that have been here; null before the first look */
    this.seen = null;
    this.pane = new Pane(root, () => { this.opened = ""; this.queue.current = ""; });
    this.queue = new Queue(root, (thread) => this.openThread(thread));
    for (const button of root.querySelectorAll("[data-tab]")) {
      button.addEventListener("click", () => void this.show(/** @type {HTMLElement} */ (button).dataset.tab || "queue"));
    }
    for (const [name, event] of [["#place", "change"], ["#search", "input"]]) one(root, name).addEventListener(event, () => this.list());
    one(root, "#names").addEventListener("click", () => this.put(namesView(/** @type {any} */ (this)), true));
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("desk-fault", (event) => this.tell(sentence(/** @type {CustomEvent} */ (event).detail)));
  }

  /** @param {any} unlocked the keyring, open */
  async start(unlocked) {
    this.keys = await openKeys(unlocked);
    this.canGrade = this.keys.purposes.has("VERIFIERS");
    this.sheet = (await get(this.addresses.sheet)).body;
    this.families = this.sheet.families;
    this.names = await loadNames(/** @type {any} */ (this));
    this.queue.begin(this.sheet.municipalities, this.keys.purposes);
    one(this.root, "#names").hidden = !this.canWrite || this.keys.circles.length === 0;
    this.store = new Store(/** @type {any} */ (this.addresses), this.keys, (done, total) => this.progress(done, total));
    this.pulse = new Pulse(this.addresses.pulse, (body) => this.changedThere(body), (fault) => this.line(fault));
    this.live = new Live(this.addresses.live, () => this.pulse && this.pulse.now());
    one(this.root, "#work").hidden = false;
    this.pulse.now();
  }

  /** The key was closed: nothing that was opened stays. */
  close() {
    if (this.pulse) this.pulse.stop();
    if (this.live) this.live.stop();
    if (this.store) this.store.close();
    closeFiles();
    this.pane.empty();
    replace(this.queue.items, []);
    replace(one(this.root, "#older"), []);
    delete one(this.root, "#older").dataset.shown;
    for (const name of ["#notices", "#sms"]) replace(one(this.root, name), []);
    this.keys = this.names = this.lookedBefore = undefined;
    this.seen = null;
    this.alerts = [];
    this.unsent.clear();
    for (const name of ["#said", "#progress"]) one(this.root, name).textContent = "";
    one(this.root, "#work").hidden = true;
    count(0);
  }

  /** Say once what was done, or why not. @param {string} sentence_ */
  tell(sentence_) {
    one(this.root, "#said").textContent = sentence_;
  }

  /** @param {number} done @param {number} total */
  progress(done, total) {
    one(this.root, "#progress").textContent = done < total ? say("opening", { done, total }) : "";
  }

  /** @param {unknown} fault null: the server was reached */
  line(fault) {
    const place = one(this.root, "#line");
    place.hidden = fault === null;
    if (fault !== null) place.textContent = fault instanceof Refused ? sentence(fault) : say("no_line");
  }

  /** Something changed at the server. @param {any} body of the pulse */
  async changedThere(body) {
    const fresh = await this.store.refresh();
    const here = this.store.threads.filter((thread) => thread.root !== null).map(({ id }) => id);
    const seen = this.seen;
    if (seen !== null) arrived(this.root, here.filter((id) => !seen.has(id)).length);
    this.seen = new Set([...(seen || []), ...here]);
    one(this.root, "[data-slot=waiting]").textContent = body.waiting > 0 ? `(${body.waiting})` : "";
    // What the first pulse says is from before this desk: later ones only show that this member is looking.
    if (this.lookedBefore === undefined) this.lookedBefore = looked(Object.values(body.looked));
    one(this.root, "#looked").textContent = this.lookedBefore;
    notices(this, one(this.root, "#notices"), body);
    smsLines(one(this.root, "#sms"), body, this.store.threads);
    odkLine(one(this.root, "#odk"), body);
    await this.paint();
    document.dispatchEvent(new CustomEvent("desk-calls"));
    if (fresh > 0) this.showAgain();
  }

  /** This member did something: show it now and ask the server soon. */
  changed() {
    void this.paint().catch((fault) => this.line(fault));
    this.showAgain();
    if (this.pulse) this.pulse.now();
  }

  /** Show the open thread as it stands now, with what is being typed in it. */
  showAgain() {
    const thread = this.store.threads.find(({ id }) => id === this.opened);
    const before = this.side.querySelector("article.thread");
    if (!thread || before === null) return;
    const after = threadView(/** @type {any} */ (this), thread);
    const focus = carryOver(/** @type {HTMLElement} */ (before), after);
    this.pane.put(after, false);
    focus();
  }

  /** @param {string} tab */
  async show(tab) {
    this.tab = tab;
    for (const button of this.root.querySelectorAll("[data-tab]")) {
      button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.tab === tab));
    }
    this.tell("");
    this.back();
    // What stood here a while ago may be of before an act: it is asked for again and not shown meanwhile.
    this.alerts = [];
    this.proposals = [];
    if (tab === "queue") this.list();
    else replace(this.queue.items, []);
    await this.paint().catch((fault) => this.line(fault));
  }

  /** Bring what the tab shows, and show it unless another was chosen meanwhile. */
  async paint() {
    if (this.tab === "alerts") this.alerts = await fetchAlerts(/** @type {any} */ (this));
    if (this.tab === "proposals") this.proposals = await fetchProposals(/** @type {any} */ (this));
    this.list();
  }

  /** Show the tab's list from what is here. */
  list() {
    if (!this.keys) return;
    one(this.root, ".filters").hidden = this.tab === "proposals";
    one(this.root, "#older").hidden = this.tab !== "queue";
    older(/** @type {any} */ (this));
    const put = (/** @type {string} */ id, /** @type {HTMLElement} */ view) => { this.queue.point(id); this.put(view, true); };
    if (this.tab === "queue") this.queue.show(this.store.threads);
    else if (this.tab === "alerts") this.queue.put(alertLines(/** @type {any} */ (this), this.alerts, put), this.alerts.length > 0 ? "nothing_found" : "no_alerts");
    else this.queue.put(proposalLines(/** @type {any} */ (this), this.proposals, put), "no_proposals");
  }

  /** @param {string} id @returns {Promise<import("./alerts.js").Alert | undefined>} */
  async alertOf(id) {
    const known = () => this.alerts.find((alert) => alert.id === id);
    if (!known()) this.alerts = await fetchAlerts(/** @type {any} */ (this));
    return known();
  }

  /** @param {Thread} thread */
  openThread(thread) {
    this.queue.point(thread.id);
    this.put(threadView(/** @type {any} */ (this), thread), true);
    this.opened = thread.id;
    markRead(/** @type {any} */ (this), thread).then(() => this.changed(), () => undefined);
  }

  /** @param {Thread} thread */
  publish(thread) {
    const form = this.unsent.get(thread.id) || publishView(/** @type {any} */ (this), { thread, account: () => this.account(thread) });
    this.unsent.set(thread.id, form);
    this.put(form, true);
  }

  /** @param {Thread} thread */
  sent(thread) {
    this.unsent.delete(thread.id);
  }

  /** @param {import("./alerts.js").Alert} alert */
  correct(alert) {
    this.put(publishView(/** @type {any} */ (this), { alert }), true);
  }

  /** @param {Thread} thread @returns {HTMLElement} only what was told, without its buttons */
  account(thread) {
    const made = threadView(/** @type {any} */ (this), thread);
    for (const part of made.querySelectorAll(".acts, .back, .same, .files")) part.remove();
    return made;
  }

  /** Names that no text may carry, from the lists of this member's circles. @returns {string[]} */
  contacts() {
    return [...(this.names || new Map()).values()].flat();
  }

  /** @param {HTMLElement} view @param {boolean} focus */
  put(view, focus) {
    this.opened = "";
    this.pane.put(view, focus);
  }

  back() {
    this.pane.empty();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== "Escape")) return;
    const does = /** @type {Record<string, () => void>} */ ({
      j: () => this.queue.move(1),
      k: () => this.queue.move(-1),
      o: () => /** @type {HTMLElement} */ (document.activeElement)?.click(),
      n: () => /** @type {HTMLElement | null} */ (this.side.querySelector("[data-form=note] textarea"))?.focus(),
      "/": () => one(this.root, "#search").focus(),
      Escape: () => (typing ? target.blur() : this.side.querySelector("form.publish, form.names") || this.back()),
    });
    const act = does[event.key];
    if (!act || one(this.root, "#work").hidden) return;
    event.preventDefault();
    act();
  }
}

/** @param {(string | null)[]} times @returns {string} since when nobody but this desk had looked somewhere */
function looked(times) {
  const known = times.filter((time) => time !== null);
  if (known.length === 0) return say("nobody_ever");
  // Of today only the hour is said; what has a date is longer ago.
  const [longest] = known.map(String).sort((a, b) => b.length - a.length || a.localeCompare(b));
  return say("looked", { time: longest });
}

/** Sheets that were written down in this browser leave from here too; only how many wait is said. @param {HTMLElement} desk */
async function carrySheets(desk) {
  if (!(await sheetsHere())) return;
  const place = one(desk, "[data-slot=sheets]");
  watchSheets(await openSheets(), ({ waiting }) => void (place.textContent = waiting > 0 ? `(${waiting})` : ""));
}

const root = document.getElementById("desk");
if (root) {
  void carrySheets(root);
  const desk = new Desk(root);
  void reached(root, () => get(desk.addresses.words))
    .then(({ body }) => setWords(body))
    .then(() => lock(root, (unlocked) => desk.start(unlocked), () => desk.close()));
}
