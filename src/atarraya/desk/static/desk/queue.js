// @ts-check
// The list on the left: threads by urgency, filtered by municipality and words, moved through with j and k.
import { fromTemplate, one, onPress, replace } from "./dom.js";
import { plain } from "./guards.js";
import { say, word } from "./words.js";

/** @typedef {import("./threads.js").Thread} Thread */

/** @param {Thread} thread @returns {string} what a search looks through */
function searchable(thread) {
  const account = thread.account || {};
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

/** @param {string} day YYYY-MM-DD @returns {string} today, yesterday, or the date */
export function dayWords(day) {
  const today = new Date();
  const days = Math.round((Date.parse(today.toDateString()) - Date.parse(new Date(`${day}T00:00:00`).toDateString())) / 86400000);
  if (days <= 0) return say("today");
  if (days === 1) return say("yesterday");
  return say("days_ago", { count: days });
}

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
    this.place.addEventListener("change", () => this.paint());
    this.search.addEventListener("input", () => this.paint());
  }

  /** @param {Thread[]} threads */
  show(threads) {
    this.threads = threads;
    this.fillPlaces();
    this.paint();
  }

  fillPlaces() {
    const known = new Set([...this.place.options].map((option) => option.value));
    for (const { municipality } of this.threads) {
      if (municipality === null || known.has(municipality)) continue;
      known.add(municipality);
      this.place.append(new Option(word("municipalities", municipality), municipality));
    }
  }

  get shown() {
    const wanted = plain(this.search.value);
    return this.threads.filter((thread) => {
      const here = this.place.value === "" || thread.municipality === this.place.value;
      return here && (wanted === "" || searchable(thread).includes(wanted));
    });
  }

  paint() {
    const shown = this.shown;
    replace(this.items, shown.map((thread) => this.item(thread)));
    this.empty.hidden = shown.length > 0;
    this.empty.textContent = say(this.threads.length === 0 ? "nothing_waits" : "nothing_found");
  }

  /** @param {Thread} thread @returns {HTMLElement} */
  item(thread) {
    const made = fromTemplate("t-item", {
      kind: title(thread),
      place: place(thread),
      now: thread.urgency === "NOW" ? word("urgencies", "NOW").toUpperCase() : "",
      line: line(thread),
      doubt: thread.root === null ? say("kept_copy") : "",
    });
    const button = /** @type {HTMLButtonElement} */ (one(made, "button"));
    button.dataset.thread = thread.id;
    if (thread.id === this.current) button.setAttribute("aria-current", "true");
    onPress(button, async () => this.open(thread));
    return made;
  }

  /** @param {Thread} thread */
  open(thread) {
    this.current = thread.id;
    for (const button of this.items.querySelectorAll("button")) {
      button.toggleAttribute("aria-current", false);
      if (button.dataset.thread === thread.id) button.setAttribute("aria-current", "true");
    }
    this.onOpen(thread);
  }

  /** Move the focus by one line. @param {number} step */
  move(step) {
    const buttons = /** @type {HTMLButtonElement[]} */ ([...this.items.querySelectorAll("button")]);
    if (buttons.length === 0) return;
    const at = buttons.indexOf(/** @type {any} */ (document.activeElement));
    const from = at >= 0 ? at : buttons.findIndex((button) => button.dataset.thread === this.current);
    buttons[Math.min(buttons.length - 1, Math.max(0, from + step))].focus();
  }
}

