// @ts-check
// The publish form. It starts empty on purpose: what helps others is written anew, not copied from what was told.
import { sentence } from "./api.js";
import { fill, fromTemplate, one, onPress } from "./dom.js";
import { writeNote } from "./notes.js";
import { guarded, missing, propose } from "./proposing.js";
import { dayWords } from "./queue.js";
import { say, word, wordsOf } from "./words.js";

/** @typedef {import("./threads.js").Thread} Thread */
/** @typedef {import("./thread.js").Desk & {sheet: Sheet, contacts: () => string[], sent: (thread: Thread) => void, queue: import("./queue.js").Queue,
 *    alertOf: (id: string) => Promise<{kind: string, place: string, says: string, times: string, summary: string} | undefined>,
 *    correct: (alert: Standing) => void}} Desk */
/** @typedef {{zones: {id: string, municipality: string, name: string, may_show: boolean}[], approvers: string,
 *    seconds: Record<string, string[]>, municipalities: Record<string, string>, needs_consent: string[]}} Sheet */

/** What is corrected: an alert as it stands.
 *  @typedef {{id: string, version: number, kind: string, municipality: string, urgency: string, zone: string | null,
 *    advice: string, summary: string, state: string, part: string, seen: string, public: boolean}} Standing */
/** What is written about: a thread's account (the form is empty), or an alert to correct (what it says is there).
 *  @typedef {{thread?: Thread, account?: () => HTMLElement, alert?: Standing}} About */

/** @param {Desk} desk @param {About} about @returns {HTMLElement} */
export function publishView(desk, about) {
  const form = /** @type {HTMLFormElement} */ (fromTemplate("t-publish"));
  options(form, "kind", Object.entries(wordsOf("kinds")).filter(([code]) => word("policies", code) !== "NEVER"));
  options(form, "municipality", Object.entries(desk.sheet.municipalities));
  options(form, "urgency", Object.entries(wordsOf("urgencies_long")));
  options(form, "when", Object.entries(wordsOf("parts")));
  options(form, "day", Array.from({ length: 14 }, (_, before) => before + 1).map((before) => [dayBefore(before), dayWords(dayBefore(before))]));
  options(form, "advice", Object.entries(wordsOf("advice")));
  options(form, "phrase", Object.entries(wordsOf("templates")));
  field(form, "municipality").addEventListener("change", () => zones(desk, form));
  field(form, "phrase").addEventListener("change", () => addPhrase(form));
  form.addEventListener("submit", (event) => event.preventDefault());
  const { thread } = about;
  onPress(one(form, "[data-do=back]"), async () => (thread ? desk.openThread(thread) : desk.back()));
  beside(form, about.account);
  if (about.alert) asItStands(desk, form, about.alert);
  onPress(one(form, "button.main"), () => send(desk, about, form));
  return form;
}

/** @param {number} before how many days @returns {string} that day here, YYYY-MM-DD */
function dayBefore(before) {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() - before)).toISOString().slice(0, 10);
}

/** @param {Desk} desk @param {HTMLFormElement} form @param {Standing} alert */
function asItStands(desk, form, alert) {
  for (const name of ["kind", "municipality", "urgency"]) field(form, name).value = /** @type {any} */ (alert)[name];
  zones(desk, form);
  /** @type {HTMLOptionElement} */ (one(form, "[name=day] option")).textContent = say("day_kept");
  field(form, "zone").value = alert.zone || "";
  field(form, "advice").value = alert.advice;
  field(form, "summary").value = alert.summary;
  field(form, "when").value = alert.part;
  field(form, "seen").value = alert.seen;
  field(form, "public").checked = alert.public;
  /** @type {HTMLElement} */ (one(form, ".given")).hidden = false;
  const away = alert.state === "CONF" ? ["confirmed"] : ["confirmed", "public"];
  for (const name of away) /** @type {HTMLElement} */ (field(form, name).closest("label")).hidden = true;
}

/** @param {HTMLFormElement} form @param {string} name @returns {HTMLInputElement} */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** @param {HTMLFormElement} form @param {string} name @param {[string, string][]} entries */
function options(form, name, entries) {
  const select = /** @type {HTMLSelectElement} */ (/** @type {unknown} */ (field(form, name)));
  for (const [code, label] of entries) select.append(new Option(label, code));
}

/** @param {Desk} desk @param {HTMLFormElement} form */
function zones(desk, form) {
  const select = /** @type {HTMLSelectElement} */ (/** @type {unknown} */ (field(form, "zone")));
  while (select.options.length > 1) select.remove(1);
  for (const zone of desk.sheet.zones) {
    if (zone.municipality === field(form, "municipality").value) select.append(new Option(zone.name, zone.id));
  }
}

/** @param {HTMLFormElement} form */
function addPhrase(form) {
  const phrase = word("templates", field(form, "phrase").value);
  const summary = field(form, "summary");
  summary.value = `${summary.value.trim()} ${phrase}`.trim();
  field(form, "phrase").value = "";
}

/** @param {HTMLFormElement} form @param {(() => HTMLElement) | undefined} account */
function beside(form, account) {
  const button = /** @type {HTMLButtonElement} */ (one(form, "[data-do=look]"));
  button.hidden = account === undefined;
  if (account === undefined) return;
  /** @type {HTMLElement | null} */
  let shown = null;
  onPress(button, async () => {
    if (shown === null) {
      shown = account();
      shown.classList.add("beside");
      button.after(shown);
    } else {
      shown.remove();
      shown = null;
    }
    button.setAttribute("aria-pressed", String(shown !== null));
  });
}

/** @param {Desk} desk @param {About} about @param {HTMLFormElement} form */
async function send(desk, about, form) {
  if (!form.reportValidity()) return;
  const text = written(about, form);
  const stopped = guarded(form, draftOf(desk, text), { names: desk.contacts(), places: placesOf(desk, about, text) });
  if (stopped === null) return;
  try {
    await propose(desk.addresses.proposals, desk.keys, {
      act: text.act, text, municipality: text.municipality, alert: text.alert, version: text.version, ...stopped,
      alias: desk.writer.alias, threads: threadsOf(about), mine: about.thread ? about.thread.mine : [],
    });
  } catch (error) {
    fill(form, { refused: sentence(error) });
    return;
  }
  desk.tell(`${say("asked")} ${others(desk, text)}`);
  desk.back();
  if (about.thread) {
    desk.sent(about.thread);
    await noted(desk, about.thread, text.act);
  }
  desk.changed();
}

/** It was asked for, whether or not the note of it can be kept. @param {Desk} desk @param {Thread} thread @param {string} what */
async function noted(desk, thread, what) {
  desk.store.add(await writeNote(desk.addresses, desk.keys, desk.writer, thread, { act: "proposed", what }));
}

/** @param {Desk} desk @param {ReturnType<typeof written>} text @returns {string} who must agree, and who can be it */
const others = (desk, text) =>
  missing(word("policies", text.kind) === "TWO" ? 2 : 1, desk.sheet.approvers, desk.sheet.seconds[text.municipality] || []);

/** The report it is written from, and those it was joined to. @param {About} about @returns {string[]} */
const threadsOf = ({ thread }) => (thread ? [thread.id, ...thread.same] : []);

/** @param {About} about @param {HTMLFormElement} form @returns {string[]} what whoever reported allowed */
function consentsOf({ thread }, form) {
  if (!thread) return [["net", "NET_SUMMARY"], ["all", "PUBLIC_SUMMARY"]].filter(([name]) => field(form, name).checked).map(([, scope]) => scope);
  const given = (thread.account && thread.account.consents) || [];
  return ["NET_SUMMARY", "PUBLIC_SUMMARY"].filter((scope) => given.includes(scope));
}

/** @param {About} about @param {HTMLFormElement} form */
function written(about, form) {
  const { alert } = about;
  const confirmed = alert ? alert.state === "CONF" : field(form, "confirmed").checked;
  const consents = consentsOf(about, form);
  return {
    v: 1, act: alert ? "correct" : confirmed ? "publish_confirmed" : "publish",
    alert: alert ? alert.id : null, version: alert ? alert.version : 0,
    kind: field(form, "kind").value, municipality: field(form, "municipality").value,
    zone: field(form, "zone").value || null, urgency: field(form, "urgency").value,
    seen: field(form, "seen").value, day: field(form, "day").value || null, when: field(form, "when").value,
    summary: field(form, "summary").value.replace(/\s+/g, " ").trim(), advice: field(form, "advice").value,
    reach: "NETWORK", collective: null, public: confirmed && field(form, "public").checked, consents,
  };
}

/** @param {Desk} desk @param {ReturnType<typeof written>} text */
function draftOf(desk, text) {
  const zone = desk.sheet.zones.find(({ id }) => id === text.zone);
  const needed = text.summary !== "" || desk.sheet.needs_consent.includes(text.kind);
  const consent = (!needed || text.consents.includes("NET_SUMMARY")) && (!text.public || text.consents.includes("PUBLIC_SUMMARY"));
  return { summary: text.summary, zone: text.zone, zoneMayShow: zone ? zone.may_show : true, consent };
}

/** Names of places that the text may not say: where the account says it was, and zones too small to be named (for the
 *  public, all). @param {Desk} desk @param {About} about @param {ReturnType<typeof written>} text @returns {string[]} */
function placesOf(desk, { thread }, text) {
  const zones = desk.sheet.zones.filter((zone) => zone.municipality === text.municipality && (text.public || !zone.may_show));
  const where = thread && thread.account && thread.account.where;
  return [...zones.map(({ name }) => name), ...(where ? [where] : [])];
}
