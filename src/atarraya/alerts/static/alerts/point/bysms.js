// @ts-check
// *Avisar por SMS*: the community's own code first, then one closed message. Built into a file of its own with what
// closes it; the page hands it what it works with. What is written here is in memory only, as everywhere on the page.
import { seal } from "../../sealing/sms/message.js";
import { screensAt } from "./screens.js";
import { grouped, headOf, measure, whole } from "./smstext.js";

/** @typedef {import("./smstext.js").Answers} Answers */
/** What it needs of the page's setup.
 *  @typedef {{inbox: {id: string, number: number, lines: string[], sms?: (string | null)[]}, network: {demo: boolean},
 *    kinds: {code: string, policy: string}[], municipalities: {code: string, name: string}[],
 *    zones: {id: string, name: string}[]}} Setup */
/** What was saved and did not leave. `wish`: to be told to others. @typedef {{a: Answers, wish: boolean}} Told */
/** What the page hands it.
 *  @typedef {{acts: Record<string, (button: HTMLElement) => unknown>, here: () => string,
 *    items: (db: IDBDatabase) => Promise<{id: string}[]>, now: {db: IDBDatabase, setup: Setup | null},
 *    offerVoice: (part: ParentNode) => void, onShow: (name: string, act: () => void) => void,
 *    recall: (db: IDBDatabase, key: string) => Promise<any>,
 *    remember: (db: IDBDatabase, key: string, value: any) => Promise<void>,
 *    say: (key: string, values?: Record<string, string | number>, list?: string) => string,
 *    show: (name: string, how?: {start?: boolean}) => void,
 *    team: (setup: any) => {places: boolean[]}}} Kit */
/** @typedef {{offer: (told: Told) => void, left: (ids: string[]) => void, check: () => Promise<void>}} Part */

const SCREENS = ["sms", "sms-write", "sms-before"];

/** @type {Kit} */
let page;
/** @type {Told | null} */
let told = null;
/** When it was saved. */
let written = 0;
/** Whether the end was let go on purpose. */
let cut = false;
/** The message of what is written now: the same, however often it is opened. @type {{text: string, letters: string} | null} */
let made = null;

/** @param {string} key @param {Record<string, string | number>} [values] @returns {string} */
const words = (key, values = {}) => page.say(key, values, "say-sms");

/** @param {string} selector @returns {HTMLElement} */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/** @param {string} selector @returns {HTMLElement[]} */
const all = (selector) => Array.from(document.querySelectorAll(selector));

const box = () => /** @type {HTMLTextAreaElement} */ (find("[data-field=sms-text]"));

/** @param {string} selector @param {string} sentence */
function put(selector, sentence) {
  const element = find(selector);
  element.textContent = sentence;
  element.hidden = sentence === "";
}

/** The team's circle that has a key for it: the first in the list's order, here and at the desk.
 *  @param {Setup} setup @returns {string | null} */
function key(setup) {
  const { places } = page.team(setup);
  return (setup.inbox.sms || []).find((one, place) => one !== null && places[place]) || null;
}

/** @param {Setup} setup @param {string} kind */
const never = (setup, kind) => setup.kinds.some((one) => one.code === kind && one.policy === "NEVER");

/** Beside what was saved: a way out, or plainly none. @param {Told} given */
function offer(given) {
  const setup = page.now.setup;
  const none = Boolean(setup && never(setup, given.a.kind));
  if (!setup || (!none && !key(setup))) return;
  forget();
  told = none ? null : given;
  written = Date.now();
  put("[data-sms-none]", none ? words("none") : "");
  for (const one of all("[data-sms-may]")) one.hidden = none;
  find("[data-sms-offer]").hidden = false;
}

/** Nothing stays in memory or in sight. */
function forget() {
  told = made = null;
  cut = false;
  box().value = "";
  find("[data-sms-offer]").hidden = true;
  for (const one of all("[data-sms-letters], [data-sms-read], [data-sms-rest], [data-sms-goes]")) one.textContent = "";
  for (const one of all("[data-sms-to]")) one.replaceChildren();
}

/** What left by the line needs no SMS. @param {string[]} ids */
function left(ids) {
  void check();
  if (!told || !ids.includes(told.a.id)) return;
  if (SCREENS.includes(page.here())) page.show("saved", { start: true });
  forget();
}

/** @param {string} number @param {string} body @param {string} said @returns {HTMLElement} */
function link(number, body, said) {
  const anchor = document.createElement("a");
  anchor.className = body ? "button wide main" : "button wide";
  anchor.href = `sms:${number}${body ? `?body=${body}` : ""}`;
  const [span, small] = [document.createElement("span"), document.createElement("small")];
  small.textContent = number;
  small.translate = false;
  span.append(`${said} `, small);
  anchor.append(span);
  // The letters are the page's own; what opens them is the phone.
  anchor.dataset.do = body ? "sms-opened" : "sms-coded";
  return anchor;
}

/** @param {string} part @param {string} body @param {string} said */
function links(part, body, said) {
  const { inbox, network } = /** @type {Setup} */ (page.now.setup);
  // A demonstration sends nothing: its number is nobody's, and an SMS to it would cost.
  find("[data-sms-test]").hidden = !network.demo;
  find(`[data-sms-to=${part}]`).replaceChildren(...(network.demo ? [] : inbox.lines).map((number) => link(number, body, said)));
}

/** What the head cannot say stands at the beginning of the text, where it can be taken away.
 *  @param {Setup} setup @param {Answers} a @returns {string} */
function begun(setup, a) {
  const zone = setup.zones.find((one) => one.id === a.zone);
  const when = [words(a.when), page.say(a.part)].filter(Boolean).join(" ");
  return [zone ? zone.name : "", when, words(a.needs), a.text].filter(Boolean).join(". ");
}

function showWrite() {
  const setup = page.now.setup;
  if (!told || !setup) return page.show("home", { start: true });
  const { a } = told;
  const place = (setup.municipalities.find((one) => one.code === a.municipality) || { name: "" }).name;
  put("[data-sms-goes]", [page.say(a.kind, {}, "kinds"), place, page.say(a.urgency)].filter(Boolean).join(" · "));
  if (!box().value && !cut) box().value = begun(setup, a);
  count();
}

/** What fits is told while it is written; nothing is ever cut by itself. */
function count() {
  const { text, left: more, over, kept } = measure(box().value);
  put("[data-sms-room]", over ? words("over", { n: over }) : words(more ? "left" : "full", { n: more }));
  put("[data-sms-read]", text ? words("read", { n: kept }) : "");
  put("[data-sms-rest]", over ? words("rest", { n: text.slice(kept.length) }) : "");
  find("[data-sms-cut]").hidden = !over;
  /** @type {HTMLButtonElement} */ (find("[data-do=sms-go]")).disabled = over > 0;
}

/** Only on purpose: the team is told that the end is missing. */
function letGo() {
  cut = true;
  box().value = whole(measure(box().value).kept);
  count();
}

/** Close it and say what stays on the phone, before anything is opened. */
async function go() {
  const setup = page.now.setup;
  const { text, over } = measure(box().value);
  const to = setup && key(setup);
  if (!told || !setup || !to || over) return;
  const { a, wish } = told;
  const { id: inbox, number } = setup.inbox;
  if (!made || made.text !== text) made = { text, letters: await seal(headOf(a, written, { wish, cut }), text, { key: to, inbox, number }) };
  if (!told || page.here() !== "sms-write") return;
  const { letters } = made;
  page.show("sms-before");
  links("closed", letters, words("open"));
  put("[data-sms-letters]", grouped(letters));
  put("[data-sms-copied]", "");
}

async function copy() {
  if (!made) return;
  try {
    await navigator.clipboard.writeText(made.letters);
    put("[data-sms-copied]", words("copied"));
  } catch {
    put("[data-sms-copied]", words("no-copy"));
  }
}

/** The phone's own messages were opened: what became of it there nobody knows here. */
async function opened() {
  if (!told) return;
  const known = (await page.recall(page.now.db, "sms")) || [];
  await page.remember(page.now.db, "sms", [...new Set([...known, told.a.id])]);
  await check();
  put("[data-sms-copied]", words("opened"));
}

/** What was opened as SMS and still waits here says so; what left is forgotten. */
async function check() {
  const known = await page.recall(page.now.db, "sms");
  if (!known) return;
  const here = (await page.items(page.now.db)).map(({ id }) => id);
  const waits = known.filter((/** @type {string} */ id) => here.includes(id));
  if (waits.length < known.length) await page.remember(page.now.db, "sms", waits.length ? waits : undefined);
  put("[data-sms-state]", waits.length ? words("opened") : "");
}

/** @type {Promise<Part> | null} */
let part = null;

/** Set into the page once, with what its buttons do. @param {Kit} kit @returns {Promise<Part>} */
export function wire(kit) {
  part = part || screensAt(`/k/${document.documentElement.lang}/`).then((screens) => {
    page = kit;
    find("#main").append(...screens.children);
    find("[data-s=saved] [data-kept]").after(find("[data-sms-offer]"));
    find("[data-state]").after(find("[data-sms-state]"));
    kit.offerVoice(document);
    kit.onShow("home", forget);
    kit.onShow("sms", () => (told ? links("code", "", words("open")) : page.show("home", { start: true })));
    kit.onShow("sms-write", showWrite);
    box().addEventListener("input", count);
    addEventListener("pagehide", forget);
    find("[data-do=leave]").addEventListener("click", forget);
    const acts = { sms: () => kit.show("sms"), "sms-write": () => kit.show("sms-write"), "sms-cut": letGo, "sms-go": go, "sms-copy": copy };
    Object.assign(kit.acts, acts);
    find("[data-sms-to=closed]").addEventListener("click", (event) => {
      if (/** @type {Element} */ (event.target).closest("a")) void opened();
    });
    return { offer, left, check };
  });
  part.catch(() => (part = null));
  return part;
}
