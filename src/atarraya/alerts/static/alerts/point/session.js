// @ts-check
// What is being answered now. It lives in memory only, and goes when the page goes.
import { all } from "./dom.js";

/** @typedef {import("./account.js").Answers} Answers */
/** @typedef {import("./account.js").Receipt} Receipt */
/** @typedef {import("./api.js").Setup} Setup */

/** @type {{db: IDBDatabase, setup: Setup | null, answers: Answers | null, receipt: Promise<Receipt> | null,
 *  partner: boolean, busy: boolean}} */
export const now = { db: /** @type {any} */ (null), setup: null, answers: null, receipt: null, partner: false, busy: false };

/** @type {(setup: Setup) => void} */
let opened = () => {};
/** Resolves once this phone may write: a token and a verified list are here. @type {Promise<Setup>} */
export const ready = new Promise((resolve) => (opened = resolve));

/** @param {Setup} setup */
export function open(setup) {
  now.setup = setup;
  opened(setup);
}

/** The parts that seal come after the page is painted. @returns {Promise<typeof import("./sealer.js")>} */
export const sealer = () => import("./sealer.js");
/** @returns {Promise<typeof import("../../sealing/receipt.js")>} */
export const receipts = () => import("../../sealing/receipt.js");

/** Begin to answer, or go on. @returns {Promise<Answers>} */
export async function begun() {
  if (!now.answers) {
    const setup = await ready;
    const [{ blank }, { newId }] = await Promise.all([import("./account.js"), import("../../sealing/bytes.js")]);
    now.answers = now.answers || blank(newId);
    now.answers.municipality = now.answers.municipality || setup.point.municipality;
  }
  // The words take a second or two of work: done while the person answers.
  now.receipt = now.receipt || receipts().then((made) => made.newReceipt(/** @type {Setup} */ (now.setup).network.id));
  return now.answers;
}

/** Kinds that this phone warned of and its person saw, and when: only one who had not read it yet is a second voice
 *  (R18). In memory, and gone with the page. @type {Record<string, number>} */
export const saw = {};

let running = /** @type {Promise<void> | null} */ (null);
let again = false;

async function sealSteps() {
  const { keepStep } = await sealer();
  while (again && now.answers && now.setup) {
    again = false;
    const receipt = await now.receipt;
    if (now.answers) await keepStep(now.db, now.setup, now.answers, receipt, now.partner);
  }
}

/** Seal what is answered so far; never two at a time, never behind the last answer.
 *  @param {(error: unknown) => void} [failed] */
export function step(failed = () => {}) {
  again = true;
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
