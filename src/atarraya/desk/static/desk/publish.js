// @ts-check
// The publish form. It starts empty on purpose: what helps others is written anew, not copied from what was told.
import { fill, fromTemplate, one, onPress, replace } from "./dom.js";
import { guardsOf } from "./guards.js";
import { writeNote } from "./notes.js";
import { propose } from "./proposing.js";
import { say, word, wordsOf } from "./words.js";

/** @typedef {import("./threads.js").Thread} Thread */
/** @typedef {import("./thread.js").Desk & {sheet: Sheet, contacts: () => string[]}} Desk */
/** @typedef {{zones: {id: string, municipality: string, name: string, may_show: boolean}[],
 *    municipalities: Record<string, string>, needs_consent: string[]}} Sheet */

/** What is corrected: an alert as it stands.
 *  @typedef {{id: string, version: number, kind: string, municipality: string, urgency: string, zone: string | null,
 *    advice: string, summary: string}} Standing */
/** What is written about: a thread's account (the form is empty), or an alert to correct (what it says is there).
 *  @typedef {{thread?: Thread, account?: () => HTMLElement, alert?: Standing}} About */

/** @param {Desk} desk @param {About} about @returns {HTMLElement} */
export function publishView(desk, about) {
  const form = /** @type {HTMLFormElement} */ (fromTemplate("t-publish"));
  options(form, "kind", Object.entries(wordsOf("kinds")).filter(([code]) => word("policies", code) !== "NEVER"));
  options(form, "municipality", Object.entries(desk.sheet.municipalities));
  options(form, "urgency", Object.entries(wordsOf("urgencies_long")));
  options(form, "when", Object.entries(wordsOf("parts")));
  options(form, "advice", Object.entries(wordsOf("advice")));
  options(form, "phrase", Object.entries(wordsOf("templates")));
  field(form, "municipality").addEventListener("change", () => zones(desk, form));
  field(form, "phrase").addEventListener("change", () => addPhrase(form));
  form.addEventListener("submit", (event) => event.preventDefault());
  onPress(one(form, "[data-do=back]"), async () => desk.back());
  beside(form, about.account);
  if (about.alert) asItStands(desk, form, about.alert);
  onPress(one(form, "button.main"), () => send(desk, about, form));
  return form;
}

/** @param {Desk} desk @param {HTMLFormElement} form @param {Standing} alert */
function asItStands(desk, form, alert) {
  for (const name of ["kind", "municipality", "urgency"]) field(form, name).value = /** @type {any} */ (alert)[name];
  zones(desk, form);
  field(form, "zone").value = alert.zone || "";
  field(form, "advice").value = alert.advice;
  field(form, "summary").value = alert.summary;
  /** @type {HTMLElement} */ (one(form, ".given")).hidden = false;
  for (const name of ["confirmed", "public"]) /** @type {HTMLElement} */ (field(form, name).closest("label")).hidden = true;
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
  const found = check(desk, about, text);
  showGuards(form, found);
  const reason = field(form, "reason").value.trim();
  if (found.length > 0 && (reason === "" || found.some(({ guard }) => guard === "length"))) return;
  try {
    await propose(desk.addresses.proposals, desk.keys, {
      act: text.act, text, municipality: text.municipality, alert: text.alert, version: text.version, found, reason,
      alias: desk.writer.alias,
    });
    if (about.thread) {
      desk.store.add(await writeNote(desk.addresses, desk.keys, desk.writer, about.thread, { act: "proposed", what: text.act }));
    }
  } catch (error) {
    fill(form, { refused: /** @type {Error} */ (error).message || say("not_sent_kept") });
    return;
  }
  desk.changed();
  desk.back();
}

/** @param {About} about @param {HTMLFormElement} form @returns {string[]} what whoever reported allowed */
function consentsOf({ thread }, form) {
  if (!thread) return [["net", "NET_SUMMARY"], ["all", "PUBLIC_SUMMARY"]].filter(([name]) => field(form, name).checked).map(([, scope]) => scope);
  const given = (thread.account && thread.account.consents) || [];
  return ["NET_SUMMARY", "PUBLIC_SUMMARY"].filter((scope) => given.includes(scope));
}

/** @param {About} about @param {HTMLFormElement} form */
function written(about, form) {
  const confirmed = field(form, "confirmed").checked;
  const { alert } = about;
  const consents = consentsOf(about, form);
  return {
    v: 1, act: alert ? "correct" : confirmed ? "publish_confirmed" : "publish",
    alert: alert ? alert.id : null, version: alert ? alert.version : 0,
    kind: field(form, "kind").value, municipality: field(form, "municipality").value,
    zone: field(form, "zone").value || null, urgency: field(form, "urgency").value,
    seen: field(form, "seen").value || "TOLD", day: null, when: field(form, "when").value,
    summary: field(form, "summary").value.replace(/\s+/g, " ").trim(), advice: field(form, "advice").value,
    reach: "NETWORK", collective: null, public: confirmed && field(form, "public").checked, consents,
  };
}

/** @param {Desk} desk @param {About} about @param {ReturnType<typeof written>} text */
function check(desk, { thread }, text) {
  const zone = desk.sheet.zones.find(({ id }) => id === text.zone);
  const needed = text.summary !== "" || desk.sheet.needs_consent.includes(text.kind);
  const consent = (!needed || text.consents.includes("NET_SUMMARY")) && (!text.public || text.consents.includes("PUBLIC_SUMMARY"));
  const where = thread && thread.account && thread.account.where;
  return guardsOf(
    { summary: text.summary, zone: text.zone, zoneMayShow: zone ? zone.may_show : true, consent },
    { names: desk.contacts(), places: where ? [where] : [] },
  );
}

/** @param {HTMLFormElement} form @param {readonly {guard: string, what: string}[]} found */
function showGuards(form, found) {
  replace(one(form, ".guards"), found.map(({ guard, what }) => fromTemplate("t-guard", { text: word("guards", guard), what })));
  const reason = /** @type {HTMLElement} */ (one(form, ".reason"));
  if (found.length > 0 && reason.hidden) {
    reason.hidden = false;
    one(reason, "textarea").focus();
  }
}
