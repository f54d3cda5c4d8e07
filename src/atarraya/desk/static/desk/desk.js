// @ts-check
// The desk: opens the key, brings what waits, and puts each view in its place.
import { get } from "./api.js";
import { alertLines } from "./alerts.js";
import { one, replace } from "./dom.js";
import { openKeys } from "./keys.js";
import { lock } from "./lock.js";
import { loadNames, namesView } from "./names.js";
import { notices } from "./notices.js";
import { chime, count } from "./heard.js";
import { proposalLines } from "./proposals.js";
import { publishView } from "./publish.js";
import { Pulse } from "./pulse.js";
import { Queue } from "./queue.js";
import { Store } from "./store.js";
import { carryOver, markRead, threadView } from "./thread.js";
import { say, setWords, word } from "./words.js";

/** @typedef {import("./threads.js").Thread} Thread */

class Desk {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.addresses = /** @type {Record<string, string>} */ ({ ...root.dataset });
    this.writer = { id: this.addresses.member, alias: this.addresses.alias };
    this.side = one(root, "#side");
    this.items = one(root, "#items");
    this.tab = "queue";
    this.opened = "";
    /** @type {Record<string, string>} */
    this.families = {};
    /** @type {Record<string, string[]>} */
    this.seen = { alerts: [], entries: [] };
    this.queue = new Queue(root, (thread) => this.openThread(thread));
    for (const button of root.querySelectorAll("[data-tab]")) {
      button.addEventListener("click", () => void this.show(/** @type {HTMLElement} */ (button).dataset.tab || "queue"));
    }
    one(root, "#names").addEventListener("click", () => this.put(namesView(/** @type {any} */ (this)), true));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {any} unlocked the keyring, open */
  async start(unlocked) {
    this.keys = await openKeys(unlocked);
    this.canGrade = this.keys.purposes.has("VERIFIERS");
    this.sheet = (await get(this.addresses.sheet)).body;
    this.families = this.sheet.families;
    this.names = await loadNames(/** @type {any} */ (this));
    this.store = new Store(/** @type {any} */ (this.addresses), this.keys, (done, total) => this.progress(done, total));
    this.pulse = new Pulse(this.addresses.pulse, (body) => this.changedThere(body), (reached) => this.line(reached));
    one(this.root, "#work").hidden = false;
    this.pulse.now();
  }

  /** The key was closed: nothing that was opened stays. */
  close() {
    if (this.pulse) this.pulse.stop();
    if (this.store) this.store.close();
    replace(this.items, []);
    replace(this.side, []);
    one(this.root, "#work").hidden = true;
    count(0);
  }

  /** @param {number} done @param {number} total */
  progress(done, total) {
    one(this.root, "#progress").textContent = done < total ? say("opening", { done, total }) : "";
  }

  /** @param {boolean} reached */
  line(reached) {
    if (!reached) one(this.root, "#progress").textContent = say("no_line");
    else if (one(this.root, "#progress").textContent === say("no_line")) one(this.root, "#progress").textContent = "";
  }

  /** Something changed at the server. @param {any} body of the pulse */
  async changedThere(body) {
    const before = this.store.entries.size;
    const fresh = await this.store.refresh();
    const arrived = before > 0 && this.store.threads.some((thread) => thread.root && !this.seenThread(thread));
    if (fresh > 0 && arrived) chime(this.root, document.hidden ? fresh : 0);
    this.store.threads.forEach((thread) => this.seen.entries.push(thread.id));
    one(this.root, "[data-slot=waiting]").textContent = body.waiting > 0 ? `(${body.waiting})` : "";
    // What the first pulse says is from before this desk: later ones only show that this member is looking.
    if (before === 0 && this.lookedBefore === undefined) this.lookedBefore = looked(Object.values(body.looked));
    one(this.root, "#looked").textContent = this.lookedBefore || "";
    notices(this, one(this.root, "#notices"), body);
    await this.paint();
  }

  /** @param {Thread} thread */
  seenThread(thread) {
    return this.seen.entries.includes(thread.id);
  }

  /** This member did something: show it now and ask the server soon. */
  changed() {
    void this.paint();
    this.showAgain();
    this.pulse.now();
  }

  /** Show the open thread as it stands now, with what is being typed in it. */
  showAgain() {
    const thread = this.store.threads.find(({ id }) => id === this.opened);
    const before = this.side.querySelector("article.thread");
    if (this.tab !== "queue" || !thread || before === null) return;
    const after = threadView(/** @type {any} */ (this), thread);
    const focus = carryOver(/** @type {HTMLElement} */ (before), after);
    this.put(after, false);
    focus();
  }

  /** @param {string} tab */
  async show(tab) {
    this.tab = tab;
    for (const button of this.root.querySelectorAll("[data-tab]")) {
      button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.tab === tab));
    }
    this.back();
    await this.paint();
  }

  async paint() {
    one(this.root, ".filters").hidden = this.tab !== "queue";
    const older = one(this.root, "#older");
    older.hidden = this.tab !== "queue";
    if (this.tab === "queue") {
      this.queue.show(this.store.threads);
      return;
    }
    const put = (/** @type {HTMLElement} */ view) => this.put(view, true);
    const lines = this.tab === "proposals" ? await proposalLines(/** @type {any} */ (this), put) : await alertLines(/** @type {any} */ (this), put);
    replace(this.items, lines);
    const empty = one(this.root, "#empty");
    empty.hidden = lines.length > 0;
    empty.textContent = say(this.tab === "proposals" ? "no_proposals" : "no_alerts");
  }

  /** @param {Thread} thread */
  openThread(thread) {
    this.opened = thread.id;
    this.put(threadView(/** @type {any} */ (this), thread), true);
    markRead(/** @type {any} */ (this), thread).then(() => { this.showAgain(); return this.paint(); }, () => undefined);
  }

  /** @param {Thread} thread */
  publish(thread) {
    this.put(publishView(/** @type {any} */ (this), { thread, account: () => this.account(thread) }), true);
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
    return [...this.names.values()].flat();
  }

  /** @param {HTMLElement} view @param {boolean} focus */
  put(view, focus) {
    replace(this.side, [view]);
    one(this.root, ".columns").classList.add("opened");
    const heading = /** @type {HTMLElement | null} */ (view.querySelector("h1"));
    if (focus && heading) heading.focus();
  }

  back() {
    one(this.root, ".columns").classList.remove("opened");
    replace(this.side, []);
    this.opened = "";
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
    const does = /** @type {Record<string, () => void>} */ ({
      j: () => this.queue.move(1),
      k: () => this.queue.move(-1),
      o: () => /** @type {HTMLElement} */ (document.activeElement)?.click(),
      n: () => /** @type {HTMLElement | null} */ (this.side.querySelector("[data-form=note] textarea"))?.focus(),
      "/": () => one(this.root, "#search").focus(),
    });
    const act = does[event.key];
    if (!act || one(this.root, "#work").hidden) return;
    event.preventDefault();
    act();
  }
}

/** @param {(string | null)[]} times @returns {string} when nobody but this desk has looked */
function looked(times) {
  const known = times.filter((time) => time !== null);
  if (known.length === 0) return say("nobody_ever");
  return say("looked", { time: String(known.sort()[0]) });
}

const root = document.getElementById("desk");
if (root) {
  const desk = new Desk(root);
  get(/** @type {string} */ (root.dataset.words))
    .then(({ body }) => setWords(body))
    .then(() => lock(root, (unlocked) => desk.start(unlocked), () => desk.close()))
    .catch((error) => { one(root, "#stopped").textContent = error.message || word("say", "no_line"); one(root, "#stopped").hidden = false; });
}
