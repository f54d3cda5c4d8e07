// @ts-check
// What, where, how soon; then the two ways. Three taps, and a deliberate one to send.
import { newId } from "../../sealing/bytes.js";
import { lineOf } from "./board.js";
import { ms } from "./copy.js";
import { all, drawing, field, find, here, onShow, press, put, say, show, table, wide } from "./dom.js";
import { mayWarn, team, tellsMore, women } from "./account.js";
import { seals } from "./later.js";
import { offerSms } from "./nodata.js";
import { changed, sayKept, send, sentAs } from "./outbox.js";
import { fits, keepCheckin, keepNeed, keepReport } from "./sealer.js";
import { begun, forget, now, saw, settled, step, verified, words } from "./session.js";

/** @typedef {import("./api.js").Setup} Setup */
/** @typedef {import("./account.js").Answers} Answers */
/** @typedef {import("./account.js").Receipt} Receipt */

/** @param {string} code @returns {boolean} */
const onPerson = (code) => "person" in (table("kinds")[code] || { dataset: {} }).dataset;

/** @param {string} family @returns {string[]} its kinds, the first of which stands if none is chosen */
export const kindsOf = (family) =>
  Object.values(table("kinds")).filter((kind) => kind.dataset.f === family).map((kind) => String(kind.dataset.k));

/** @param {HTMLElement} button */
export async function pickFamily(button) {
  const family = String(button.dataset.v);
  press("family", family);
  const a = await begun();
  if (a.discreet || a.family !== family) Object.assign(a, { family, kind: kindsOf(family)[0], discreet: false });
  step(notKept);
  show(onPerson(a.kind) ? "need" : "where");
}

/** @param {HTMLElement} button */
export async function pickNeed(button) {
  press("need", String(button.dataset.v));
  (await begun()).needs = String(button.dataset.v);
  step(notKept);
  show("where");
}

/** @param {HTMLElement} button */
export async function pickPlace(button) {
  const a = await begun();
  a.municipality = String(button.dataset.v);
  a.zone = button.dataset.zone || null;
  step(notKept);
  show("soon");
}

/** @param {HTMLElement} button */
export async function pickUrgency(button) {
  press("urgency", String(button.dataset.v));
  (await begun()).urgency = String(button.dataset.v);
  step(notKept);
  show("ready");
}

/** @param {unknown} error say that nothing could be saved: the person must not close */
export function notKept(error) {
  const state = find("[data-state]");
  put(state, say("not-kept"));
  state.dataset.why = error instanceof Error ? error.message : "";
}

/** @param {Setup} setup @param {string} code */
export const placeName = (setup, code) => (setup.municipalities.find((one) => one.code === code) || { name: code }).name;

/** @param {Setup} setup @param {string | null} id */
const zoneName = (setup, id) => (setup.zones.find((one) => one.id === id) || { name: "" }).name;

/** @param {string} name @param {string} code @param {string} zone @param {string} [note] */
function placeButton(name, code, zone, note = "") {
  const chosen = now.answers && now.answers.municipality === code && (now.answers.zone || "") === zone;
  const button = wide(name, { pick: "place", v: code, zone }, note);
  button.setAttribute("aria-pressed", String(Boolean(chosen)));
  return button;
}

onShow("where", () => {
  const setup = /** @type {Setup} */ (now.known);
  const own = setup.point.municipality;
  const zones = setup.zones.filter((zone) => zone.municipality === own);
  find("[data-places]").replaceChildren(
    placeButton(placeName(setup, own), own, "", say("where-all")),
    ...zones.map((zone) => placeButton(zone.name, own, zone.id)),
  );
  const others = setup.municipalities.filter((one) => one.code !== own);
  find("[data-others]").replaceChildren(...others.map((one) => placeButton(one.name, one.code, "")));
});

onShow("ready", () => {
  const { known: setup, answers: a } = now;
  if (!setup || !a) return;
  const place = [zoneName(setup, a.zone), placeName(setup, a.municipality)].filter(Boolean).join(", ");
  const words = say(a.kind, {}, "kinds");
  find("[data-chosen]").replaceChildren(drawing(`i-${DRAWN[a.family]}`), ` ${words} · ${place} · ${say(a.urgency)}`);
  find("[data-at-once]").hidden = !mayWarn(setup, a);
  find("[data-wish]").hidden = mayWarn(setup, a);
  const { people } = team(setup);
  put(find("[data-team-size]"), people > 0 ? say("team-size", { n: people }) : "");
});

const DRAWN = /** @type {Record<string, string>} */ ({
  ARMED: "armed", MOVE: "move", COMBAT: "combat", THREATS: "threat", ATTACK: "attack", TAKEN: "taken",
  LEAVING: "leaving", OTHER: "other",
});

/** Show the exact line before anything is published. */
export function warn() {
  const { known: setup, answers: a } = now;
  if (!setup || !a) return;
  show("line");
  const zone = setup.zones.find((one) => one.id === a.zone && one.may_show);
  const hour = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 13);
  const advice = String(table("kinds")[a.kind].dataset.a);
  const ends = Number(table("kinds")[a.kind].dataset.x) * 3600000;
  /** @type {import("./copy.js").Alert} */
  const alert = { i: "", m: a.municipality, k: a.kind, u: a.urgency, s: "UNCONF", a: advice, v: 1, t: hour };
  if (zone) alert.z = zone.name;
  if (a.part) alert.p = a.part;
  if (ends) alert.x = new Date(ms(hour) + ends).toISOString().slice(0, 13);
  find("[data-exact]").replaceChildren(lineOf(alert, placeName(setup, a.municipality), ms(hour), { bare: true }));
  const read = say("readers", { n: setup.readers[a.municipality] || 0 });
  put(find("[data-readers]"), a.zone && !zone ? `${read} ${say("no-zone")}` : read);
}

/** Wait until this phone may seal, and say so. @returns {Promise<Setup>} verified; rejects at once when what seals
 *  cannot come now. Where the list is refused it never ends: that screen is left by nothing. */
async function sealable() {
  if (!now.setup && here() !== "stop") put(find("[data-state]"), say("ask-wait"));
  if (now.known) await seals();
  return verified();
}

/** Save and send. @param {"team" | "now" | "later"} way */
export async function finish(way) {
  if (!now.known || !now.answers || now.busy) return;
  now.busy = true;
  // As it stands now and as the exact line told it: what seals it may still be on its way.
  const a = { ...now.answers, wish: field("wish").checked };
  try {
    const setup = await sealable();
    const receipt = await words();
    await settled();
    await keepReport(now.db, setup, a, receipt, way);
    if (way !== "team" && a.seen === "SAW") saw[a.kind] = Date.now();
    saved(a, receipt, way === "team" || tellsMore(a), a.wish || way !== "team");
  } catch (error) {
    notKept(error);
  } finally {
    now.busy = false;
  }
}

/** What *¿Qué necesita ahora?* is about, after sending. `told`: an account went with it that somebody can open.
 *  @type {{a: Answers, receipt: Receipt, told: boolean} | null} */
let cared = null;

/** @param {Receipt | null} receipt */
function setWords(receipt) {
  find("[data-receipt]").hidden = !receipt;
  const words = receipt ? receipt.words : [];
  find("[data-words]").replaceChildren(
    ...words.map((word) => Object.assign(document.createElement("li"), { textContent: word })),
  );
}

/** @param {Answers} a @param {Receipt | null} receipt @param {boolean} told @param {boolean} wish */
function saved(a, receipt, told, wish) {
  forget();
  cared = receipt ? { a, receipt, told } : null;
  show("saved", { start: true });
  // Codes alone are closed to everybody: there would be nothing to ask for with the words.
  setWords(told ? receipt : null);
  find("[data-care]").hidden = onPerson(a.kind);
  put(find("[data-sent]"), say("kept"));
  find("[data-s=saved] [data-kept]").hidden = false;
  sentAs(a.id, (sentence) => {
    if (here() !== "saved") return;
    put(find("[data-sent]"), sentence);
    find("[data-s=saved] [data-kept]").hidden = true;
  });
  void sayKept();
  void offerSms({ a, wish }, send(true));
  void changed();
}

/** @param {HTMLElement} button what somebody needs, said after a collective report */
export async function pickCare(button) {
  const { setup } = now;
  if (!cared || !setup) return;
  const { a, receipt, told } = cared;
  const needs = String(button.dataset.v);
  cared = null;
  press("care", needs);
  for (const one of all('[data-pick="care"]')) /** @type {HTMLButtonElement} */ (one).disabled = true;
  if (!told && needs === "NOTHING") return;
  if (told) await keepNeed(now.db, setup, a, receipt, needs);
  else await keepReport(now.db, setup, { ...a, id: newId(), needs }, receipt, "team");
  setWords(receipt);
  void send(true);
}

/** The way home leaves nothing. */
export function home() {
  cared = null;
  forget();
  for (const one of all('[data-pick="care"]')) /** @type {HTMLButtonElement} */ (one).disabled = false;
  show("home", { start: true });
}

// *Contar más*: every part can be left out, none leads to another.
let typing = 0;

/** Questions of one tap: answer it and come back. @type {Record<string, "kind" | "who" | "bands" | "seen" | "way" | "when" | "part">} */
const TAPPED = { kind: "kind", who: "who", bands: "bands", seen: "seen" };
/** Questions whose screen has more than one thing. @type {Record<string, "way" | "when" | "part">} */
const STAYING = { way: "way", when: "when", "part-of-day": "part" };

/** @param {HTMLElement} button */
export async function pickOne(button) {
  const key = String(button.dataset.pick);
  const value = String(button.dataset.v);
  const a = await begun();
  const name = TAPPED[key] || STAYING[key];
  const off = key !== "kind" && a[name] === value;
  a[name] = off ? "" : value;
  press(key, off ? "" : value);
  step(notKept);
  if (key in TAPPED) show("more");
}

export const picks = [...Object.keys(TAPPED), ...Object.keys(STAYING)];

onShow("kind", () => {
  const a = now.answers;
  if (!a) return;
  const kinds = kindsOf(a.family).map((kind) => wide(say(kind, {}, "kinds"), { pick: "kind", v: kind }));
  find("[data-kinds]").replaceChildren(...kinds);
  press("kind", a.kind);
});

/** A tick on each part that was told. */
onShow("more", () => {
  rested();
  const a = now.answers;
  if (!a) return;
  const has = (/** @type {string} */ kind) => a.attachments.some((one) => one.kind === kind);
  const told = /** @type {Record<string, unknown>} */ ({
    voice: has("voice"), photo: has("photo"), text: a.text, when: a.when || a.part, who: a.who, bands: a.bands,
    seen: a.seen, contact: a.way || a.number || a.hour, consents: a.consents.length,
    kind: a.kind !== kindsOf(a.family)[0],
  });
  for (const square of all('[data-pick="part"]')) square.classList.toggle("done", Boolean(told[String(square.dataset.v)]));
});

/** Keep what is typed: sealed when the hand rests. @param {(a: import("./account.js").Answers, value: string) => void} keep */
const typed = (keep) => async (/** @type {Event} */ event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  keep(await begun(), input.value);
  clearTimeout(typing);
  typing = window.setTimeout(rested, 800);
};

/** Seal what was typed, if it is not sealed yet. */
function rested() {
  if (typing) step(notKept);
  clearTimeout(typing);
  typing = 0;
}

export function watchFields() {
  field("text").addEventListener("input", typed(async (a, value) => {
    const before = a.text;
    a.text = value;
    if (!fits(a)) a.text = before;
    find("[data-room]").hidden = fits({ ...a, text: value });
  }));
  for (const name of /** @type {("number" | "hour")[]} */ (["number", "hour"])) {
    field(name).addEventListener("input", typed((a, value) => void (a[name] = value)));
    field(`t-${name}`).addEventListener("input", typed((a, value) => void (a[name] = value)));
  }
  field("t-where").addEventListener("input", typed((a, value) => void (a.where = value)));
  find("[data-consents]").addEventListener("change", async () => {
    const a = await begun();
    const ticked = all("[data-consents] input").filter((one) => /** @type {HTMLInputElement} */ (one).checked);
    a.consents = ticked.map((one) => /** @type {HTMLInputElement} */ (one).value);
    step(notKept);
  });
}

// *Hablar con una mujer del equipo*: three questions, no account. It leaves as a check-in leaves, and says nothing after.

/** @type {string[]} */
let offered = [];

onShow("talk", () => {
  // What was answered elsewhere does not come along.
  if (now.answers && !now.answers.discreet) forget();
});

/** @param {HTMLElement} button */
export async function pickTalk(button) {
  const a = await begun();
  a.discreet = true;
  const value = String(button.dataset.v);
  press(String(button.dataset.pick), value);
  if (button.dataset.pick === "t-need") a.needs = value;
  else a.way = value;
  step(notKept);
  if (button.dataset.pick === "t-need") show("talk-how");
}

/** @param {boolean} ticked */
export async function pickPartner(ticked) {
  await begun();
  now.partner = ticked;
  step(notKept);
}

/** Where nobody is there to read it, the way is not offered. @param {import("./api.js").Setup} setup */
export const mayTalk = (setup) => women(setup).includes(true);

export async function sendTalk() {
  if (!now.known || !now.answers || now.busy || !mayTalk(now.known)) return;
  now.busy = true;
  const [a, partner] = [{ ...now.answers, where: field("t-where").value }, now.partner];
  try {
    const setup = await sealable();
    if (!mayTalk(setup)) throw new Error("nobody");
    const receipt = await words();
    await settled();
    await keepReport(now.db, setup, a, receipt, "quiet", partner);
    quietly(receipt.words);
  } catch (error) {
    notKept(error);
  } finally {
    now.busy = false;
  }
}

/** One tap: this point spoke and warns of nothing. */
export async function checkIn() {
  let setup;
  try {
    setup = await sealable();
  } catch (error) {
    return notKept(error);
  }
  if (now.busy) return;
  now.busy = true;
  try {
    await keepCheckin(now.db, setup);
    quietly([]);
  } catch (error) {
    notKept(error);
  } finally {
    now.busy = false;
  }
}

/** @param {string[]} offer words that may be asked for, or none */
function quietly(offer) {
  forget();
  offered = offer;
  show("quiet", { start: true });
  find("[data-words-offer]").hidden = offer.length === 0;
  find("[data-quiet-words]").hidden = true;
  put(find("[data-sent-quiet]"), say("kept"));
  find("[data-s=quiet] [data-kept]").hidden = false;
  void sayKept();
  void send(true).then(() => {
    if (here() !== "quiet" || !find("[data-state]").hidden) return;
    put(find("[data-sent-quiet]"), say("left-phone"));
    find("[data-s=quiet] [data-kept]").hidden = true;
  });
  void changed();
}

export function showWords() {
  const list = find("[data-quiet-words]");
  list.replaceChildren(...offered.map((word) => Object.assign(document.createElement("li"), { textContent: word })));
  list.hidden = false;
  find("[data-words-offer]").hidden = true;
  offered = [];
}
