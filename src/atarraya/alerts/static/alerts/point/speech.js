// @ts-check
// *Escuchar*: only with a voice that the browser marks as the phone's own, so that nothing is sent to be read.
// What a person typed is never read aloud.
import { all } from "./dom.js";

/** @returns {SpeechSynthesisVoice | undefined} */
function voice() {
  if (typeof speechSynthesis === "undefined") return undefined;
  const language = document.documentElement.lang.slice(0, 2);
  return speechSynthesis.getVoices().find((one) => one.localService && one.lang.slice(0, 2) === language);
}

/** Show the button of a part of the page where there is a voice. @param {ParentNode} part */
export function offerVoice(part) {
  const has = Boolean(voice());
  for (const button of all('[data-do="hear"], [data-do="hear-alert"]', part)) button.hidden = !has;
}

/** @param {string} sentence */
export function speak(sentence) {
  const own = voice();
  if (!own) return;
  speechSynthesis.cancel();
  const said = new SpeechSynthesisUtterance(sentence);
  said.voice = own;
  said.lang = own.lang;
  said.rate = 0.9;
  speechSynthesis.speak(said);
}

/** What is never read: the way back, other buttons to listen, a closed fold, the link's secret, and every field. */
const SILENT = ".way, .hear, [data-link], input, textarea, select, template";

/** The words in sight of a part of the page, as one would say them. @param {Element} part @param {string} [also] not to
 *  be read @returns {string} */
export function wordsIn(part, also = "") {
  const silent = also ? `${SILENT}, ${also}` : SILENT;
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  const words = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const around = /** @type {HTMLElement} */ (text.parentElement);
    const folded = around.closest("details:not([open])") && !around.closest("summary");
    if (!around.closest(silent) && !folded && around.getClientRects().length) words.push(String(text.textContent).trim());
  }
  return words.filter(Boolean).map((one) => one.replace(/[.:]$/, "")).join(". ");
}

/** Read what stands beside a button: its square, or the whole screen's own words.
 *  @param {HTMLElement} button */
export function hearBeside(button) {
  const beside = /** @type {HTMLElement} */ (button.parentElement);
  const screen = /** @type {HTMLElement} */ (button.closest("[data-s]"));
  speak(wordsIn(beside.classList.contains("ask") ? screen : beside));
}

export function watchVoices() {
  offerVoice(document);
  if (typeof speechSynthesis === "undefined" || !speechSynthesis.addEventListener) return;
  speechSynthesis.addEventListener("voiceschanged", () => offerVoice(document));
}
