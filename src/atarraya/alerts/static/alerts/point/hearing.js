// @ts-check
// The door to *Avisos en este teléfono*, a part that comes over the line only when somebody opens it, and is not needed
// without signal.
import { callAs, fetchDocument, Refused } from "./api.js";
import { whenWords } from "./board.js";
import { ms, when } from "./copy.js";
import { all, find, here, onShow, put, say, show } from "./dom.js";
import { notices } from "./later.js";
import { ours } from "./phone.js";
import { addressOf, quieted } from "./pushing.js";
import { now } from "./session.js";
import { offerVoice } from "./speech.js";
import { recall, remember } from "./store.js";

/** @param {string} method @param {unknown} [body] @returns {Promise<any>} what the server says; throws Refused, or what
 *  fetch throws without signal */
const ask = async (method, body) => (await callAs(now.db, "notices", { method, body })).json();

/** What the part works with. @type {import("./notices.js").Kit} */
const kit = {
  addressOf, all, ask, find, here, onShow, ours, put, say, show,
  hears: () => recall(now.db, "hears"),
  keep: (hears) => remember(now.db, "hears", hears),
  /** @returns {Promise<boolean>} whether the server knows */
  quiet: async () => (await quieted(await ours(), now.db))(),
  refused: (error) => (error instanceof Refused ? error : null),
  setup: () => now.known,
  when: (hour, network) => whenWords(when(hour, "", ms(network))),
};

/** @type {Promise<import("./notices.js").Part> | null} */
let part = null;

/** Its screens, its words and what its buttons do.
 *  @param {Record<string, (button: HTMLElement) => unknown>} acts @returns {Promise<import("./notices.js").Part>} */
async function fetchPart(acts) {
  const drawn = fetchDocument(`/n/${document.documentElement.lang}/`, "text/html");
  const [{ wire }, whole] = await Promise.all([notices(), drawn]);
  const screens = document.importNode(find("main", whole), true);
  find("main").append(...screens.children);
  offerVoice(document);
  const made = wire(kit);
  Object.assign(acts, made.acts);
  return made;
}

/** @param {Record<string, (button: HTMLElement) => unknown>} acts */
function come(acts) {
  const coming = part || fetchPart(acts);
  part = coming;
  coming.catch(() => (part = null));
  return coming;
}

/** @param {Record<string, (button: HTMLElement) => unknown>} acts of the page, to which the part's are added */
export async function openNotices(acts) {
  const note = find("[data-notices-no]");
  put(note, say("ask-wait"));
  try {
    (await come(acts)).open();
    put(note, "");
  } catch {
    put(note, say("need-signal"));
  }
}

/** Whoever wanted notices hears it when they stopped, at the page's next opening.
 *  @param {Record<string, (button: HTMLElement) => unknown>} acts */
export async function watchNotices(acts) {
  const hears = await kit.hears();
  if (hears && (hears.wants || hears.end)) await (await come(acts)).check();
}
