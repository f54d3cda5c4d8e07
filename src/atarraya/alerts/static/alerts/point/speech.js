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

/** Read what stands beside a button: its square, or the whole screen's own words.
 *  @param {HTMLElement} button */
export function hearBeside(button) {
  const beside = /** @type {HTMLElement} */ (button.parentElement);
  const screen = /** @type {HTMLElement} */ (button.closest("[data-s]"));
  const whole = beside.classList.contains("ask");
  const parts = whole ? all("h1, p:not(.way), li, .sq span, .wide span", screen) : [beside];
  const visible = parts.filter((one) => one.offsetParent !== null && !one.closest("p p, li p"));
  speak(visible.map((one) => String(one.textContent).trim()).filter(Boolean).join(". "));
}

export function watchVoices() {
  offerVoice(document);
  if (typeof speechSynthesis === "undefined" || !speechSynthesis.addEventListener) return;
  speechSynthesis.addEventListener("voiceschanged", () => offerVoice(document));
}
