// @ts-check
// The door to *Avisar por SMS*, for signal without data: a part of its own, fetched after the page and kept with it.
import { team } from "./account.js";
import { here, onShow, say, show } from "./dom.js";
import { bySms } from "./later.js";
import { now } from "./session.js";
import { offerVoice } from "./speech.js";
import { count } from "./sender.js";
import { items, recall, remember } from "./store.js";

/** @typedef {Record<string, (button: HTMLElement) => unknown>} Acts */

/** @type {Acts} */
let acts = {};
/** @type {import("./bysms.js").Part | null} */
let part = null;

const PATIENCE = 8000; // a browser that believes itself on the line finds out after minutes

/** @returns {Promise<boolean>} whether it still waits on this phone @param {string} id */
const waits = async (id) => (await items(now.db)).some((item) => item.id === id);

const numbers = () => (now.setup && now.setup.inbox.lines) || [];

async function wired() {
  part = await (await bySms()).wire({ acts, here, items, now, offerVoice, onShow, recall, remember, say, show, team });
  return part;
}

/** What could not leave may be told by SMS. @param {import("./bysms.js").Told} told @param {Promise<void>} trying */
export async function offerSms(told, trying) {
  if (!numbers().length) return;
  await Promise.race([trying, new Promise((go) => setTimeout(go, navigator.onLine ? PATIENCE : 0))]);
  if (here() !== "saved" || !(await waits(told.a.id))) return;
  // Where the part never came to this phone there is nothing to offer.
  await wired().then((it) => it.offer(told), () => {});
}

/** Something may have left by the line. @param {string[]} ids of what this page sent just now */
export const leftByLine = (ids) => void (part && part.left(ids));

/** @param {Acts} ofPage to which the part's are added */
export async function watchSms(ofPage) {
  acts = ofPage;
  if (await recall(now.db, "sms")) await (await wired()).check();
}

/** Ask the worker to keep the part, once nothing else needs the line; at another opening if it cannot now. */
export const keepSms = () => void keep().catch(() => {});

async function keep() {
  const { serviceWorker } = navigator;
  if (!serviceWorker || !numbers().length) return;
  const { active } = await serviceWorker.ready;
  if (active && !(await count(now.db))) active.postMessage({ kit: document.documentElement.lang });
}
