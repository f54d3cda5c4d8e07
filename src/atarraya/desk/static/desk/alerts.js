// @ts-check
// Alerts a member may act on. What warns is done at once; what calms only begins, and waits for a second person.
import { get, post, sentence } from "./api.js";
import { onCalls } from "./calls.js";
import { fill, fromTemplate, one, onPress, replace, shape } from "./dom.js";
import { plain } from "./guards.js";
import { deniedOf, onAlert } from "./holders.js";
import { guarded, missing, propose } from "./proposing.js";
import { dayWords, hourWords, place, title } from "./queue.js";
import { say, word, wordsOf } from "./words.js";

/** @typedef {{name: string, people: number, others: number, calms: boolean, needs: string[], role: string, approvers: string[]}} Act */
/** @typedef {{id: string, version: number, kind: string, municipality: string, place: string, urgency: string, state: string,
 *    shape: string, day: string, ends: string | null, held: boolean, open: boolean, zone: string | null, advice: string, says: string, times: string,
 *    part: string, seen: string, public: boolean, summary: string, waiting: string[], acts: Act[], seconds: Record<string, string[]>, history: {what: string, when: string}[]}} Alert */
/** @typedef {import("./publish.js").Desk} Desk */
/** @typedef {import("./threads.js").Thread} Thread */

const ASKED = ["urgency", "until", "into", "outcome", "answer"];
const RANK = ["NOW", "DAYS", "KNOW"];

/** @param {Desk} desk @returns {Promise<Alert[]>} */
export async function fetchAlerts(desk) {
  return (await get(desk.addresses.alerts)).body.alerts;
}

/** @param {Desk} desk @param {readonly Alert[]} alerts @param {(id: string, root: HTMLElement) => void} show @returns {HTMLElement[]} lines of the list */
export function alertLines(desk, alerts, show) {
  const fitting = alerts.filter((alert) => desk.queue.fits(alert.municipality, plain(`${word("kinds", alert.kind)} ${alert.place} ${alert.summary}`)));
  return fitting.map((alert) => {
    const made = fromTemplate("t-item", {
      kind: word("kinds", alert.kind), place: alert.place, now: alert.urgency === "NOW" ? word("urgencies", "NOW").toUpperCase() : "",
      line: `${word("states", alert.state)} · ${alert.times}`, doubt: [waitsFor(alert), deniedOf(desk, alert).length > 0 ? say("denied") : ""].filter(Boolean).join(" "),
    });
    shape(made, alert.shape);
    const button = /** @type {HTMLButtonElement} */ (one(made, "button"));
    button.dataset.line = alert.id;
    onPress(button, async () => show(alert.id, alertView(desk, alert, alerts)));
    return made;
  });
}

/** @param {Alert} alert @returns {string} */
const waitsFor = (alert) => alert.waiting.map((act) => say("waits", { act: word("acts", act) })).join(" ");

/** @param {{kind: string, place: string}} alert @returns {string} what it is and where */
export const heading = (alert) => `${word("kinds", alert.kind)} · ${alert.place}`;

/** @param {Desk} desk @param {Alert} alert @param {readonly Alert[]} others @returns {HTMLElement} */
function alertView(desk, alert, others) {
  const root = fromTemplate("t-alert", {
    line: heading(alert), state: alert.says, times: alert.times, summary: alert.summary, waiting: waitsFor(alert), people: "", nothing: "",
  });
  shape(root, alert.shape);
  replace(one(root, ".history"), alert.history.map(({ what, when }) => fromTemplate("t-note", { text: what, who: hourWords(when) })));
  const select = /** @type {HTMLSelectElement} */ (one(root, "[name=act]"));
  const possible = alert.acts.filter((act) => act.name !== "merge" || mergeable(alert, others).length > 0);
  for (const act of possible) select.append(new Option(word("acts", act.name), act.name));
  /** @type {HTMLElement} */ (one(root, "form")).hidden = possible.length === 0;
  if (possible.length === 0) fill(root, { nothing: say("no_acts") });
  select.addEventListener("change", () => ask(desk, alert, others, root));
  onPress(one(root, "[data-do=back]"), async () => desk.back());
  onAlert(desk, alert, root, () => desk.back());
  onCalls(desk, alert, root);
  one(root, "form").addEventListener("submit", (event) => event.preventDefault());
  onPress(one(root, "button.main"), () => send(desk, alert, root));
  return root;
}

/** @param {Alert} alert @param {readonly Alert[]} others @returns {Alert[]} */
function mergeable(alert, others) {
  return others.filter((other) => other.id !== alert.id && other.municipality === alert.municipality && !other.held && other.open);
}

/** @param {Alert} alert @param {HTMLElement} root */
function chosen(alert, root) {
  const name = /** @type {HTMLSelectElement} */ (one(root, "[name=act]")).value;
  return alert.acts.find((act) => act.name === name);
}

/** What a person must say with an act, in the order it is asked; what the public reads needs its own words and consent.
 *  @param {{name: string, needs: string[]}} act @returns {string[]} */
const needsOf = (act) => (act.name === "make_public" ? ["summary", "consent"] : ASKED.filter((need) => act.needs.includes(need)));

/** Who is missing and who can be it. @param {Alert} alert @param {Act} act @returns {string} */
function peopleOf(alert, act) {
  if (act.people === 1) return say("one_person");
  const who = [...new Set(act.approvers.flatMap((role) => alert.seconds[role] || []))].sort((a, b) => a.localeCompare(b));
  return [missing(act.others, act.role, who), act.calms ? say("calming") : ""].filter(Boolean).join(" ");
}

/** Show what the chosen act needs. @param {Desk} desk @param {Alert} alert @param {readonly Alert[]} others @param {HTMLElement} root */
function ask(desk, alert, others, root) {
  const act = chosen(alert, root);
  fill(root, { people: act ? peopleOf(alert, act) : "", refused: "" });
  replace(one(root, ".guards"), []);
  const asks = act ? needsOf(act).map((need) => asked(need, act, alert, others)) : [];
  if (act && act.needs.includes("answer")) asks.push(told(desk, alert));
  replace(one(root, ".more"), asks);
}

/** @param {string} need @param {Act} act @param {Alert} alert @param {readonly Alert[]} others @returns {HTMLElement} */
function asked(need, act, alert, others) {
  const made = fromTemplate(need === "summary" ? "t-text" : "t-select", { label: say(`ask_${need}`) });
  if (need === "summary") {
    one(made, "textarea").setAttribute("name", need);
    return made;
  }
  const select = /** @type {HTMLSelectElement} */ (one(made, "select"));
  select.name = need;
  const step = act.name === "lower_urgency" ? 1 : -1;
  const choices = /** @type {Record<string, [string, string][]>} */ ({
    outcome: Object.entries(wordsOf("outcomes")),
    answer: Object.entries(wordsOf("answers")),
    urgency: Object.entries(wordsOf("urgencies_long")).filter(([code]) => (RANK.indexOf(code) - RANK.indexOf(alert.urgency)) * step > 0),
    into: mergeable(alert, others).map((other) => [other.id, `${heading(other)} · ${other.times}`]),
    until: untils(act.name === "shorten" ? alert.ends : null),
    consent: [["yes", say("allowed")]],
  });
  for (const [code, label] of choices[need] || []) select.append(new Option(label, code));
  return made;
}

/** @param {string | null} before an hour that it must come before @returns {[string, string][]} hours from now, as local hour codes */
function untils(before) {
  return [3, 6, 12, 24, 48, 72].map((hours) => /** @type {[string, string]} */ ([hourCode(hours), say("in_hours", { count: hours })]))
    .filter(([code]) => before === null || code < before);
}

/** @param {number} hours from now @returns {string} */
function hourCode(hours) {
  const moment = new Date(Date.now() + hours * 3600000);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 13);
}

/** Which reports the answer is for: nothing stored says so, so a person does, among those that are open here.
 *  @param {Desk} desk @param {Alert} alert @returns {HTMLElement} */
function told(desk, alert) {
  const threads = desk.store.threads.filter((thread) => answerable(thread) && (thread.alerts.includes(alert.id) || near(desk, alert, thread)));
  const made = fromTemplate("t-told", { nothing: threads.length === 0 ? say("told_nobody") : "" });
  replace(one(made, ".whom"), threads.map((thread) => {
    const line = fromTemplate("t-whom", { text: `${title(thread)} · ${place(thread)} · ${dayWords(thread.day)}` });
    const box = /** @type {HTMLInputElement} */ (one(line, "input"));
    box.value = thread.id;
    box.checked = thread.alerts.includes(alert.id);
    return line;
  }));
  return made;
}

/** @param {Thread} thread @returns {boolean} */
const answerable = (thread) => !thread.discreet && thread.root !== null && Boolean(thread.account && thread.account.reply_key);

/** @param {Desk} desk @param {Alert} alert @param {Thread} thread @returns {boolean} */
function near(desk, alert, thread) {
  const kind = thread.account && thread.account.kind;
  const days = Math.abs(Date.parse(thread.day) - Date.parse(alert.day)) / 86400000;
  return thread.municipality === alert.municipality && desk.families[kind] === desk.families[alert.kind] && days <= 2;
}

/** @param {Desk} desk @param {Alert} alert @param {HTMLElement} root */
async function send(desk, alert, root) {
  const act = chosen(alert, root);
  if (act && act.name === "correct") {
    desk.correct(alert);
    return;
  }
  if (!act || !(/** @type {HTMLFormElement} */ (one(root, "form")).reportValidity())) return;
  const given = Object.fromEntries(needsOf(act).map((need) => [need, /** @type {HTMLSelectElement} */ (one(root, `[name=${need}]`)).value]));
  try {
    if (act.people === 1) await post(`${desk.addresses.alerts}/${alert.id}/${act.name}`, given);
    else if (!(await askSecond(desk, alert, act.name, given, root))) return;
  } catch (error) {
    fill(root, { refused: sentence(error) });
    return;
  }
  desk.tell(act.people === 1 ? say("done_act", { act: word("acts", act.name) }) : `${say("asked")} ${peopleOf(alert, act)}`);
  desk.back();
  desk.changed();
}

/** @param {Desk} desk @param {Alert} alert @param {string} act @param {Record<string, string>} given @param {HTMLElement} root
 *  @returns {Promise<boolean>} false: a guard stops it until there is a reason */
async function askSecond(desk, alert, act, given, root) {
  const summary = (given.summary || "").replace(/\s+/g, " ").trim();
  const text = {
    v: 1, act, alert: alert.id, version: alert.version, outcome: given.outcome || null, answer: given.answer || null,
    into: given.into || null, until: given.until || null, urgency: given.urgency || null, summary,
    consents: given.consent === "yes" ? ["PUBLIC_SUMMARY"] : [],
  };
  const draft = { summary, zone: null, zoneMayShow: true, consent: true };
  const places = desk.sheet.zones.filter((zone) => zone.municipality === alert.municipality).map(({ name }) => name);
  const stopped = guarded(root, draft, { names: desk.contacts(), places });
  if (stopped === null) return false;
  const threads = [...root.querySelectorAll("[name=whom]:checked")].map((box) => /** @type {HTMLInputElement} */ (box).value);
  await propose(desk.addresses.proposals, desk.keys, {
    act, text, municipality: alert.municipality, alert: alert.id, version: alert.version, alias: desk.writer.alias, threads, ...stopped,
  });
  return true;
}
