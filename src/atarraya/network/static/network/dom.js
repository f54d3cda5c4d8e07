// @ts-check
// Small helpers of pages: finding parts, one step at a time, saying what went wrong. No sentences here.
import { Refused } from "./api.js";

/** @param {string} selector @param {ParentNode} [from] @returns {HTMLElement} */
export function one(selector, from = document) {
  const found = from.querySelector(selector);
  if (!found) throw new Error(`missing ${selector}`);
  return /** @type {HTMLElement} */ (found);
}

/** @param {string} selector @param {ParentNode} [from] @returns {HTMLElement[]} */
export const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));

/** @param {string} selector @param {ParentNode} [from] @returns {HTMLInputElement} */
export const input = (selector, from) => /** @type {HTMLInputElement} */ (one(selector, from));

/** @param {string} name @returns {any} the JSON of <… data-facts="…"> */
export const facts = (name = "facts") => JSON.parse(one(`[data-${name}]`).dataset[name] || "null");

/** Show one [data-step] and bring it into view.
 *  @param {string} name */
export function step(name) {
  for (const section of all("[data-step]")) section.hidden = section.dataset.step !== name;
  const shown = one(`[data-step="${name}"]`);
  const heading = shown.querySelector("h1, h2");
  if (heading instanceof HTMLElement) {
    heading.tabIndex = -1;
    heading.focus();
  }
  clearProblem();
  scrollTo(0, 0);
}

/** Say a sentence that the page holds in <template data-say="code">, or the server's own.
 *  @param {string} code @param {string} [sentence] */
export function problem(code, sentence = "") {
  const place = one("[data-problem]");
  const held = document.querySelector(`template[data-say="${code}"]`);
  const said = held || document.querySelector('template[data-say="failed"]');
  const words = sentence || (said instanceof HTMLTemplateElement && said.content.textContent) || code;
  place.textContent = words.trim();
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}

export function clearProblem() {
  for (const place of all("[data-problem]")) place.hidden = true;
}

/** Run a form's act once: its buttons rest meanwhile, and a refusal is said.
 *  @param {HTMLElement} form @param {() => Promise<void>} act */
export async function once(form, act) {
  const buttons = /** @type {HTMLButtonElement[]} */ (all("button", form));
  if (buttons.some((button) => button.disabled)) return;
  clearProblem();
  for (const button of buttons) button.disabled = true;
  form.setAttribute("aria-busy", "true");
  try {
    await act();
  } catch (fault) {
    const code = /** @type {any} */ (fault).code || "failed";
    problem(code, fault instanceof Refused ? fault.sentence : "");
    if (!(fault instanceof Refused) && !(/** @type {any} */ (fault).code)) console.error(fault);
  } finally {
    for (const button of buttons) button.disabled = false;
    form.removeAttribute("aria-busy");
  }
}

/** Let a form be pressed. Forms that only a script answers come with their button at rest: pressed before the script
 *  is there, on a slow line, the browser would put what was typed into an address.
 *  @param {HTMLElement} form */
export function wake(form) {
  for (const button of /** @type {HTMLButtonElement[]} */ (all("button", form))) button.disabled = false;
}

/** @param {HTMLElement} form @param {() => Promise<void>} act */
export function onSubmit(form, act) {
  wake(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void once(form, act);
  });
}

/** A refusal of this page's own, said by its template.
 *  @param {string} code @returns {Error & {code: string}} */
export const refuse = (code) => Object.assign(new Error(code), { code });

/** Ask before leaving while something shown is not stored yet.
 *  @param {boolean} held */
export function holdPage(held) {
  window.onbeforeunload = held ? () => true : null;
}
