// @ts-check
// The door to *Avisos en este teléfono*, a part that comes over the line only when somebody opens it, and is not needed
// without signal.
import { callAs, Refused } from "./api.js";
import { whenWords } from "./board.js";
import { ms, when } from "./copy.js";
import { find, here, onShow, put, say, show } from "./dom.js";
import { notices } from "./later.js";
import { ours } from "./phone.js";
import { quieted } from "./pushing.js";
import { now } from "./session.js";
import { offerVoice } from "./speech.js";
import { recall, remember } from "./store.js";

/** @typedef {Record<string, (button: HTMLElement) => unknown>} Acts of the page, to which the part's are added */

/** What the part works with: it holds nothing of the page's own. @type {import("./notices.js").Kit} */
const kit = { callAs, here, ms, now, offerVoice, onShow, ours, quieted, recall, Refused, remember, say, show, when, whenWords };

/** @param {Acts} acts */
export async function openNotices(acts) {
  const note = find("[data-board-note]");
  try {
    (await (await notices()).wire(kit, acts)).open();
  } catch {
    put(note, say("need-signal"));
    note.scrollIntoView();
  }
}

/** Whoever wanted notices hears it when they stopped, at the page's next opening. @param {Acts} acts */
export async function watchNotices(acts) {
  const hears = await recall(now.db, "hears");
  if (hears && (hears.wants || hears.end)) await (await (await notices()).wire(kit, acts)).check();
}
