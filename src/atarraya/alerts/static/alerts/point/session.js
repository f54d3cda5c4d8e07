// @ts-check
// What is being answered now. It lives in memory only, and goes when the page goes.
import { newId } from "../../sealing/bytes.js";
import { blank } from "./account.js";
import { all } from "./dom.js";
import { seals } from "./later.js";
import { keepStep } from "./sealer.js";

/** @typedef {import("./account.js").Answers} Answers */
/** @typedef {import("./account.js").Receipt} Receipt */
/** @typedef {import("./api.js").Setup} Setup */

/** `known`: what the page shows and asks about; its list may still be on trial. `setup`: the same with a verified list,
 *  and the only thing that anything is sealed by (R3).
 *  @type {{db: IDBDatabase, known: Setup | null, setup: Setup | null, answers: Answers | null,
 *  receipt: Promise<Receipt> | null, partner: boolean, busy: boolean}} */
export const now = {
  db: /** @type {any} */ (null), known: null, setup: null, answers: null, receipt: null, partner: false, busy: false,
};

/** @type {(setup: Setup) => void} */
let learned = () => {};
/** Resolves once there is something to ask about. @type {Promise<Setup>} */
const known = new Promise((resolve) => (learned = resolve));
/** @type {(setup: Setup) => void} */
let opened = () => {};
/** Resolves once this phone may write: a token and a verified list are here. @type {Promise<Setup>} */
const ready = new Promise((resolve) => (opened = resolve));

/** Waits until this phone may write. @returns {Promise<Setup>} the last one whose list was verified: a phone that comes
 *  back opens what it kept first, and then what the server says now */
export async function verified() {
  await ready;
  return /** @type {Setup} */ (now.setup);
}

/** The form may be answered. What is answered stays in memory. @param {Setup} setup whose list nobody has verified */
export function know(setup) {
  now.known = setup;
  learned(setup);
}

/** @param {Setup} setup whose list was verified */
export function open(setup) {
  know(setup);
  now.setup = setup;
  opened(setup);
}

/** Begin to answer, or go on. @returns {Promise<Answers>} */
export async function begun() {
  if (!now.answers) {
    const setup = await known;
    now.answers = now.answers || blank(newId);
    now.answers.municipality = now.answers.municipality || setup.point.municipality;
  }
  // The words take a second or two of work: done while the person answers.
  words().catch(() => {});
  return now.answers;
}

/** @returns {Promise<Receipt>} of what is being answered; rejects when what makes it cannot come now */
export function words() {
  if (now.receipt) return now.receipt;
  const made = seals().then(({ newReceipt }) => newReceipt(/** @type {Setup} */ (now.known).network.id));
  now.receipt = made;
  made.catch(() => {
    if (now.receipt === made) now.receipt = null;
  });
  return made;
}

/** Kinds that this phone warned of and its person saw, and when: only one who had not read it yet is a second voice
 *  (R18). In memory, and gone with the page. @type {Record<string, number>} */
export const saw = {};

let running = /** @type {Promise<void> | null} */ (null);
let again = false;

async function sealSteps() {
  while (again && now.answers && now.setup) {
    again = false;
    const receipt = await words();
    if (now.answers) await keepStep(now.db, now.setup, now.answers, receipt, now.partner);
  }
}

/** Seal what is answered so far; never two at a time, never behind the last answer. Before the list is verified it stays
 *  in memory: whoever opens this phone calls it again.
 *  @param {(error: unknown) => void} [failed] */
export function step(failed = () => {}) {
  again = true;
  if (!now.setup) return;
  running = running || sealSteps().catch(failed).then(() => void (running = null));
}

/** @returns {Promise<void>} when no step is being sealed */
export async function settled() {
  again = false;
  while (running) await running;
}

/** Forget every answer: in memory, in the fields, in the marks. */
export function forget() {
  now.answers = null;
  now.receipt = null;
  now.partner = false;
  for (const input of all("input, textarea")) {
    const one = /** @type {HTMLInputElement} */ (input);
    if (one.type === "checkbox") {
      if (!one.dataset.do) one.checked = false;
    } else one.value = "";
  }
  for (const pressed of all("[aria-pressed]")) pressed.removeAttribute("aria-pressed");
  for (const done of all(".done")) done.classList.remove("done");
  for (const words of all(".words")) words.textContent = "";
}
