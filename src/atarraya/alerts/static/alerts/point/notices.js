// @ts-check
// *Avisos en este teléfono*: nothing comes until somebody says that the phone is only theirs, and chooses. Built into a
// file of its own, fetched when it is opened; the page hands it what it works with.
import { equal, fromB64 } from "../../sealing/bytes.js";
import { screensAt } from "./screens.js";
import { addressOf, ALL, blank, days, drafted, lacks, quietOf, standing, wanted } from "./wishes.js";

/** What the page hands it: functions of its own modules, and what it holds.
 *  @typedef {{say: (key: string, values?: Record<string, string | number>, list?: string) => string,
 *    show: (name: string) => void, here: () => string, onShow: (name: string, act: () => void) => void,
 *    offerVoice: (part: ParentNode) => void, ms: (hour: string) => number, when: (hour: string, part: string, now: number) => any,
 *    whenWords: (moment: any) => string, callAs: (db: IDBDatabase, path: string, ask: {method: string, body?: unknown}) => Promise<Response>,
 *    Refused: new (status: number, code: string) => Error, recall: (db: IDBDatabase, key: string) => Promise<any>,
 *    remember: (db: IDBDatabase, key: string, value: any) => Promise<void>,
 *    ours: () => Promise<ServiceWorkerRegistration | undefined>,
 *    quieted: (registration: ServiceWorkerRegistration | undefined, db: IDBDatabase) => Promise<() => Promise<boolean>>,
 *    now: {db: IDBDatabase, known: {municipalities: {code: string, name: string}[],
 *      kinds: {code: string, policy: string}[]} | null}}} Kit */
/** @typedef {import("./pushing.js").Hears} Hears */
/** @typedef {import("./wishes.js").Said} Said */
/** @typedef {{open: () => void, check: () => Promise<void>}} Part */

/** @type {Kit} */
let page;
/** @type {Said | null} */
let said = null;
/** @type {Hears | undefined} */
let hears;
/** @type {import("./wishes.js").Draft | null} */
let draft = null;
/** What the browser allows; null where it cannot. @type {string | null} */
let permission = null;
let busy = false;

const PATIENCE = 30000;

/** @param {string} key @param {Record<string, string | number>} [values] @returns {string} */
const words = (key, values = {}) => page.say(key, values, "say-notices");

/** @template T @param {Promise<T>} work @returns {Promise<T>} browsers may wait for their maker for ever */
const within = (work) =>
  Promise.race([work, new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE))]);

/** @param {string} selector @returns {HTMLElement[]} */
const all = (selector) => Array.from(document.querySelectorAll(selector));

/** @param {string} selector @returns {HTMLElement} */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/** @param {HTMLElement} element @param {string} sentence */
function put(element, sentence) {
  element.textContent = sentence;
  element.hidden = sentence === "";
}

/** @param {string} method @param {unknown} [body] @returns {Promise<any>} what the server says; throws as `callAs` */
const ask = async (method, body) => (await page.callAs(page.now.db, "notices", { method, body })).json();

/** @returns {Promise<Hears | undefined>} */
const remembered = () => page.recall(page.now.db, "hears");

/** @param {Hears | undefined} next */
const keep = (next) => page.remember(page.now.db, "hears", next);

/** @returns {Promise<boolean>} whether the server knows that it ended */
const quiet = async () => (await page.quieted(await page.ours(), page.now.db))();

const able = () => isSecureContext && "PushManager" in window && "Notification" in window;

/** @returns {Promise<PushSubscription | null>} */
async function subscription() {
  const registration = await page.ours();
  return registration && registration.pushManager ? registration.pushManager.getSubscription() : null;
}

/** @param {unknown} error @returns {string} */
function whyNot(error) {
  if (!(error instanceof page.Refused)) return page.say("need-signal");
  const refused = /** @type {any} */ (error);
  if (refused.code === "no_such_way") return words("none");
  if (refused.code === "too_many_wanted") return words("many");
  if (refused.code === "previous_link") return page.say("old-link");
  return page.say(refused.status === 403 ? "paused" : refused.status === 401 ? "open-no" : "later");
}

/** @returns {Promise<import("./wishes.js").Standing>} how this phone stands, as server and browser say now */
async function stand() {
  said = await ask("GET");
  hears = await remembered();
  const registration = await page.ours();
  permission = able() && registration ? Notification.permission : null;
  const subscribed = Boolean(permission && (await subscription()));
  return standing({ said: /** @type {Said} */ (said), hears, permission, subscribed });
}

/** @param {string} part to show; the others go @param {string} sentence */
function tell(part, sentence) {
  for (const one of all("[data-n]")) one.hidden = one.dataset.n !== part;
  put(find("[data-n-said]"), sentence);
}

/** @param {string} why the home screen says that notices stopped, or nothing */
function note(why) {
  find("[data-heard]").hidden = !why;
  find("[data-heard-why]").textContent = why;
}

function question() {
  const { title, body } = /** @type {Said} */ (said).says;
  find("[data-n-title]").textContent = title;
  find("[data-n-body]").textContent = body;
}

const municipalities = () => (page.now.known || { municipalities: [] }).municipalities;

/** What this phone hears, in as many lines as it was chosen by. */
function chosen() {
  const { wants, quiet, last, hour, until } = /** @type {Said} */ (said);
  const { places, kinds, least } = drafted(wants, quiet);
  const names = Object.fromEntries(municipalities().map(({ code, name }) => [code, name]));
  const lines = [
    last ? words("last", { n: page.whenWords(page.when(last, "", page.ms(hour))) }) : words("none-yet"),
    places.map((code) => (code === ALL ? words("all-places") : names[code] || code)).join(", "),
    kinds.map((kind) => (kind === ALL ? words("all-kinds") : page.say(kind, {}, "kinds"))).join(", "),
    words(least),
    quiet ? words("quiet", { n: `${Number(quiet.start)}:00`, m: `${Number(quiet.end)}:00` }) : "",
    quiet && quiet.now_passes ? words("passes") : "",
    words("until", { n: Math.max(1, days(hour.slice(0, 10), String(until))) }),
  ];
  find("[data-n-chosen]").replaceChildren(
    ...lines.filter(Boolean).map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
}

/** @param {import("./wishes.js").Standing} how */
function draw(how) {
  const asks = ["ask", "again", "stopped"].includes(how);
  if (asks) question();
  if (how === "on") chosen();
  const keeps = how === "on" || how === "shared" ? how : asks ? "ask" : "";
  tell(keeps, how === "ask" || how === "on" ? "" : words(how));
  find("[data-n-end]").hidden = !(hears && hears.wants) && how !== "on";
}

async function refresh() {
  tell("", page.say("ask-wait"));
  find("[data-n-end]").hidden = true;
  try {
    draw(await stand());
  } catch (error) {
    tell("", whyNot(error));
  }
}


/** @param {string} value @param {string} name @param {string[]} marked @returns {HTMLElement} */
function box(value, name, marked) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "checkbox";
  input.autocomplete = "off";
  input.value = value;
  input.checked = marked.includes(value);
  label.append(input, ` ${name}`);
  return label;
}

/** @param {string} name @returns {HTMLSelectElement} */
const hour = (name) => /** @type {HTMLSelectElement} */ (find(`#n-${name}`));

/** The form as it was left: whatever cleared the page's fields meanwhile, nothing is lost. */
function fill() {
  const now = draft || (draft = blank());
  const places = municipalities().map(({ code, name }) => box(code, name, now.places));
  find("[data-n-places]").replaceChildren(box(ALL, words("all-places"), now.places), ...places);
  const kinds = (page.now.known || { kinds: [] }).kinds
    .filter(({ code, policy }) => policy !== "NEVER" && page.say(code, {}, "kinds"))
    .map(({ code }) => box(code, page.say(code, {}, "kinds"), now.kinds));
  find("[data-n-all]").replaceChildren(box(ALL, words("all-kinds"), now.kinds));
  find("[data-n-kinds]").replaceChildren(...kinds);
  for (const name of /** @type {("start" | "end")[]} */ (["start", "end"])) {
    const hours = Array.from({ length: 24 }, (_, at) => new Option(`${at}:00`, String(at).padStart(2, "0")));
    hour(name).replaceChildren(new Option("—", ""), ...hours);
    hour(name).value = now[name];
  }
  /** @type {HTMLInputElement} */ (find("[data-n-passes]")).checked = now.passes;
  mark();
}

function mark() {
  const least = draft ? draft.least : "";
  for (const one of all('[data-do="n-least"]')) one.setAttribute("aria-pressed", String(one.dataset.v === least));
}

function read() {
  if (!draft) return;
  const marked = (/** @type {string} */ part) =>
    all(`${part} input`).filter((one) => /** @type {any} */ (one).checked).map((one) => /** @type {any} */ (one).value);
  draft.places = marked("[data-n-places]");
  draft.kinds = [...marked("[data-n-all]"), ...marked("[data-n-kinds]")];
  draft.start = hour("start").value;
  draft.end = hour("end").value;
  draft.passes = /** @type {HTMLInputElement} */ (find("[data-n-passes]")).checked;
}

/** *Este teléfono es sólo mío*: only now is there anything to choose; what was chosen before is still there. */
function mine() {
  if (!said) return;
  const { wants = [], quiet = null } = /** @type {any} */ (hears && hears.wants ? hears : said);
  draft = draft || (wants.length ? drafted(wants, quiet) : blank());
  put(find("[data-n-no]"), "");
  page.show("wanted");
}

/** @param {Hears | undefined} next what is remembered once the server knows that it ended */
async function finish(next) {
  if (busy) return false;
  busy = true;
  draft = null;
  try {
    const told = await quiet();
    hears = told ? next : { ...next, end: true };
    await keep(hears);
    note("");
  } finally {
    busy = false;
  }
  return true;
}

/** *Lo usa alguien más*. */
async function shared() {
  if (await finish({ shared: true })) draw("shared");
}

async function stop() {
  if (!(await finish(undefined))) return;
  tell("", words("off"));
  find("[data-n-end]").hidden = true;
}

/** Not shared any more, or other wishes: the question comes again. */
function again() {
  if (said) draw(standing({ said, hears: undefined, permission, subscribed: false }));
}

/** The browser's address for this server; one made for another key is given up first. It may ask its maker.
 *  @param {string} key @returns {Promise<{held: PushSubscription, fresh: boolean}>} */
async function subscribe(key) {
  const registration = await within(navigator.serviceWorker.ready);
  const held = await registration.pushManager.getSubscription();
  const same = held && held.options && held.options.applicationServerKey;
  if (held && same && equal(new Uint8Array(same), fromB64(key))) return { held, fresh: false };
  if (held) await held.unsubscribe();
  const how = { userVisibleOnly: true, applicationServerKey: fromB64(key) };
  return { held: await within(registration.pushManager.subscribe(/** @type {any} */ (how))), fresh: true };
}

/** @returns {Promise<string>} why it was not saved, or nothing */
async function send() {
  const now = /** @type {import("./wishes.js").Draft} */ (draft);
  const lacking = lacks(now);
  if (lacking) return words(lacking);
  if ((await Notification.requestPermission()) !== "granted") return `${words("denied")} ${words("here")}`;
  const way = /** @type {Said} */ (said).ways.find((one) => one.name === "push");
  let made;
  try {
    made = await subscribe(/** @type {any} */ (way).public.key);
  } catch {
    return `${navigator.onLine ? words("failed") : page.say("need-signal")} ${words("here")}`;
  }
  const wants = wanted(now);
  const silent = quietOf(now);
  try {
    said = await ask("POST", { alone: true, way: "push", address: addressOf(made.held), wants, quiet: silent });
  } catch (error) {
    if (made.fresh) await made.held.unsubscribe().catch(() => {});
    return `${whyNot(error)} ${words("here")}`;
  }
  hears = { wants, quiet: silent, until: String(/** @type {Said} */ (said).until) };
  await keep(hears);
  return "";
}

async function save() {
  if (busy || !draft) return;
  busy = true;
  const no = find("[data-n-no]");
  put(no, page.say("ask-wait"));
  try {
    const why = await send();
    put(no, why);
    if (why) return;
    draft = null;
    note("");
    if (page.here() === "wanted") page.show("notices");
  } catch {
    put(no, page.say("not-kept"));
  } finally {
    busy = false;
  }
}

/** At the page's opening: what ended without a word is said, and nothing of it is left behind. */
async function check() {
  hears = await remembered();
  if (!hears) return;
  if (hears.end) {
    const { end, ...rest } = hears;
    if (await quiet()) await keep(Object.keys(rest).length ? rest : undefined);
    return;
  }
  const how = await stand();
  // What the machine's keeper turned off for a while is still wanted.
  if (how === "on" || how === "none") return;
  await quiet();
  note(words(how === "again" ? "again" : "stopped"));
}

/** @type {Promise<Part> | null} */
let part = null;

/** Set into the page once, with what its buttons do.
 *  @param {Kit} kit @param {Record<string, (button: HTMLElement) => unknown>} acts @returns {Promise<Part>} */
export function wire(kit, acts) {
  part = part || screensAt(`/n/${document.documentElement.lang}/`).then((screens) => {
    page = kit;
    find("#main").append(...screens.children);
    find("[data-link-note]").after(find("[data-heard]"));
    kit.offerVoice(document);
    kit.onShow("notices", () => void refresh());
    kit.onShow("wanted", fill);
    find("[data-n-form]").addEventListener("change", read);
    const least = (/** @type {HTMLElement} */ button) => {
      if (draft) draft.least = String(button.dataset.v);
      mark();
    };
    Object.assign(acts, { "n-mine": mine, "n-shared": shared, "n-again": again, "n-least": least, "n-save": save, "n-stop": stop });
    return { open: () => kit.show("notices"), check };
  });
  part.catch(() => (part = null));
  return part;
}
