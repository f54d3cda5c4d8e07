// @ts-check
// Finds what stands in the document and shows one screen at a time. Holds no sentence and makes no markup.

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement} throws if the document lacks it */
export function find(selector, within = document) {
  const found = within.querySelector(selector);
  if (!found) throw new Error(selector);
  return /** @type {HTMLElement} */ (found);
}

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement[]} */
export const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

/** @param {string} name @returns {HTMLInputElement} */
export const field = (name) => /** @type {HTMLInputElement} */ (find(`[data-field="${name}"]`));

/** @param {string} list id of a template @returns {Record<string, HTMLElement>} */
function phrases(list) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(list));
  return Object.fromEntries(all("[data-k]", template.content).map((one) => [String(one.dataset.k), one]));
}

/** @type {Record<string, Record<string, HTMLElement>>} */
const read = {};

/** @param {string} list @returns {Record<string, HTMLElement>} */
export const table = (list) => read[list] || (read[list] = phrases(list));

/** @param {string} key @param {Record<string, string | number>} [values] @param {string} [list] id of the template
 *  @returns {string} a sentence of the document, filled in; empty if there is none. Of one thing it speaks in its own way */
export function say(key, values = {}, list = "say") {
  const phrases = table(list);
  const phrase = (values.n === 1 && phrases[`${key}-1`]) || phrases[key];
  if (!phrase) return "";
  return String(phrase.textContent).replace(/\{(\w+)\}/g, (_, name) => (name in values ? String(values[name]) : ""));
}

/** @param {string} sentence @returns {string} with a capital */
export const capital = (sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/** @param {Element} element @param {string} sentence */
export function put(element, sentence) {
  element.textContent = sentence;
  /** @type {HTMLElement} */ (element).hidden = sentence === "";
}

/** @param {string} id of a template @returns {HTMLElement} a copy of its first element */
export function copy(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {HTMLElement} */ (document.importNode(/** @type {Element} */ (template.content.firstElementChild), true));
}

/** @param {string} words @param {Record<string, string>} data @param {string} [note] @returns {HTMLButtonElement} */
export function wide(words, data, note = "") {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "wide";
  Object.assign(button.dataset, data);
  const span = document.createElement("span");
  span.textContent = words;
  if (note) {
    const small = document.createElement("small");
    small.textContent = note;
    span.append(" ", small);
  }
  button.append(span);
  return button;
}

/** @param {string} icon id of a symbol @returns {SVGElement} */
export function drawing(icon) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  const how = { class: "i", width: "32", height: "32", fill: "none", stroke: "currentColor", "stroke-width": "2.5", "aria-hidden": "true" };
  for (const [name, value] of Object.entries(how)) svg.setAttribute(name, value);
  use.setAttribute("href", `#${icon}`);
  svg.append(use);
  return svg;
}

/** @type {string[]} */
let path = ["home"];
/** @type {Record<string, () => void>} */
const arrivals = {};

/** Do `act` each time a screen is shown. @param {string} name @param {() => void} act */
export const onShow = (name, act) => void (arrivals[name] = act);

/** @returns {string} the screen in sight */
export const here = () => path[path.length - 1];

/** The screen that may not be left, if there is one. */
let held = "";

/** Show a screen that nothing leaves: not a tap that was on its way, not the phone's own Back. @param {string} name */
export function hold(name) {
  held = name;
  show(name, { start: true });
}

export const release = () => void (held = "");

/** Put a screen at the beginning. Whoever went on meanwhile is left where they are. @param {string} name */
export function begin(name) {
  if (path.length < 2) show(name, { start: true });
  else path[0] = name;
}

/** @param {string} name of a screen @param {{start?: boolean}} [how] `start`: nothing to go back to */
export function show(name, { start = false } = {}) {
  if (held && name !== held) return;
  const known = path.indexOf(name);
  if (start) path = [name];
  else if (known >= 0) path = path.slice(0, known + 1);
  else path.push(name);
  for (const screen of all("[data-s]")) screen.hidden = screen.dataset.s !== name;
  const board = ["board", "follow", "map", "radio", "share", "notices", "wanted"].includes(name);
  for (const tab of all("[data-tabs] [data-tab]")) {
    if ((tab.dataset.tab === "board") === board) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  if (arrivals[name]) arrivals[name]();
  watchBack();
  scrollTo(0, 0);
  const heading = document.querySelector(`[data-s="${name}"] h1`);
  if (heading) /** @type {HTMLElement} */ (heading).focus({ preventScroll: true });
}

/** @type {any} */
let watcher = null;

/** The phone's own Back goes to the screen before, where the browser can tell; no entry of the history is made for it,
 *  so that Back after sending finds nothing. */
function watchBack() {
  if (watcher) watcher.destroy();
  watcher = null;
  if (path.length < 2 || !("CloseWatcher" in window)) return;
  watcher = new /** @type {any} */ (window).CloseWatcher();
  watcher.onclose = () => void back();
}

/** To the screen before, with its answers as they were. @returns {boolean} whether there was one */
export function back() {
  if (path.length < 2) return false;
  show(path[path.length - 2]);
  return true;
}

/** Mark what is chosen among the buttons of one question. @param {string} key @param {string} value */
export function press(key, value) {
  for (const button of all(`[data-pick="${key}"]`)) button.setAttribute("aria-pressed", String(button.dataset.v === value));
}
