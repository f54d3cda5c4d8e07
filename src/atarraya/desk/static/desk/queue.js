// @ts-check
// The list on the left: threads by urgency, filtered by municipality and words, moved through with j and k.
import { fromTemplate, mark, one, onPress, showLines } from "./dom.js";
import { plain } from "./guards.js";
import { say, word } from "./words.js";

/** @typedef {import("./threads.js").Thread} Thread */

/** @param {Thread} thread @returns {string} what a search looks through */
function searchable(thread) {
  const account = /** @type {any} */ (thread.account || {});
  const notes = thread.notes.map(({ payload }) => (payload && payload.text) || "").join(" ");
  return plain(`${word("kinds", account.kind)} ${place(thread)} ${account.text || ""} ${account.where || ""} ${notes}`);
}

/** @param {Thread} thread @returns {string} */
export const place = (thread) => word("municipalities", thread.municipality) || say("no_place");

/** @param {Thread} thread @returns {string} */
export function title(thread) {
  if (thread.discreet) return say("discreet");
  return word("kinds", thread.account && thread.account.kind) || say("no_kind");
}

/** @param {Thread} thread @returns {string} day, who has it, how far it is */
function line(thread) {
  const parts = [dayWords(thread.day), word("thread_states", thread.state)];
  if (thread.account && thread.account.type === "draft") parts.push(say("unfinished"));
  if (thread.assigned) parts.push(say("assigned", { who: thread.assigned }));
  if (thread.answered) parts.push(say("answered"));
  if (thread.notes.length > 0) parts.push(say(thread.notes.length === 1 ? "note" : "notes", { count: thread.notes.length }));
  return parts.filter((part) => part !== "").join(" · ");
}

/** @param {string} day YYYY-MM-DD @returns {string} today, yesterday, or how many days ago */
export function dayWords(day) {
  const today = new Date();
  const days = Math.round((Date.parse(today.toDateString()) - Date.parse(new Date(`${day}T00:00:00`).toDateString())) / 86400000);
  if (days <= 0) return say("today");
  if (days === 1) return say("yesterday");
  return say("days_ago", { count: days });
}

/** @param {string} moment YYYY-MM-DD HH:MM @returns {string} its day in words, and the hour */
export const hourWords = (moment) => `${dayWords(moment.slice(0, 10))} ${moment.slice(11)}`;

export class Queue {
  /** @param {HTMLElement} root @param {(thread: Thread) => void} onOpen */
  constructor(root, onOpen) {
    this.items = one(root, "#items");
    this.empty = one(root, "#empty");
    this.place = /** @type {HTMLSelectElement} */ (one(root, "#place"));
    this.search = /** @type {HTMLInputElement} */ (one(root, "#search"));
    this.onOpen = onOpen;
    /** @type {Thread[]} */
    this.threads = [];
    this.current = "";
    this.purposes = new Set();
  }

  /** What a member may choose and see: their municipalities, and whether any circle's key is theirs.
   *  @param {Record<string, string>} municipalities @param {Set<string>} purposes of their circles */
  begin(municipalities, purposes) {
    this.purposes = purposes;
    this.current = "";
    this.search.value = "";
    while (this.place.options.length > 1) this.place.remove(1);
    const named = Object.entries(municipalities).sort(([, a], [, b]) => a.localeCompare(b));
    for (const [code, name] of named) this.place.append(new Option(name, code));
  }

  /** @param {Thread[]} threads */
  show(threads) {
    this.threads = threads;
    const shown = threads.filter((thread) => this.fits(thread.municipality, searchable(thread)));
    const nothing = this.purposes.size === 0 ? "no_keys" : threads.length === 0 ? "nothing_waits" : "nothing_found";
    this.put(shown.map((thread) => this.item(thread)), nothing);
  }

  /** Whether the chosen municipality and the searched words let something through.
   *  @param {string | null} municipality @param {string} words already plain @returns {boolean} */
  fits(municipality, words) {
    const here = this.place.value === "" || municipality === this.place.value;
    return here && words.includes(plain(this.search.value));
  }

  /** @param {HTMLElement[]} lines @param {string} nothing what is said where there is none */
  put(lines, nothing) {
    showLines(this.items, lines, this.current);
    this.empty.hidden = lines.length > 0;
    this.empty.textContent = lines.length > 0 ? "" : say(nothing);
  }

  /** @param {Thread} thread @returns {HTMLElement} */
  item(thread) {
    const made = fromTemplate("t-item", {
      kind: title(thread),
      place: place(thread),
      now: thread.urgency === "NOW" ? word("urgencies", "NOW").toUpperCase() : "",
      line: line(thread),
      doubt: [thread.root === null ? say("kept_copy") : "", thread.denied ? say("denied") : ""].filter(Boolean).join(" "),
    });
    const button = /** @type {HTMLButtonElement} */ (one(made, "button"));
    button.dataset.line = thread.id;
    onPress(button, async () => this.open(thread));
    return made;
  }

  /** @param {Thread} thread */
  open(thread) {
    this.point(thread.id);
    this.onOpen(thread);
  }

  /** Mark a line as the open one. @param {string} id */
  point(id) {
    this.current = id;
    mark(this.items, id);
  }

  /** Move the focus by one line. @param {number} step */
  move(step) {
    const buttons = /** @type {HTMLButtonElement[]} */ ([...this.items.querySelectorAll("button")]);
    if (buttons.length === 0) return;
    const at = buttons.indexOf(/** @type {any} */ (document.activeElement));
    const from = at >= 0 ? at : buttons.findIndex((button) => button.dataset.line === this.current);
    buttons[Math.min(buttons.length - 1, Math.max(0, from + step))].focus();
  }
}

