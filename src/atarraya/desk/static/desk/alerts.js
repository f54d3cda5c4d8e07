// @ts-check
// Alerts a member may act on. What warns is done at once; what calms only begins, and waits for a second person.
import { get, post } from "./api.js";
import { fill, fromTemplate, one, onPress, replace } from "./dom.js";
import { propose } from "./proposing.js";
import { say, word, wordsOf } from "./words.js";

/** @typedef {{id: string, version: number, kind: string, municipality: string, place: string, urgency: string, state: string,
 *    zone: string | null, advice: string, says: string, times: string, summary: string, waiting: string[], acts: {name: string, people: number, calms: boolean,
 *    needs: string[], role: string}[], history: {what: string, when: string}[]}} Alert */
/** @typedef {import("./publish.js").Desk} Desk */

/** @param {Desk} desk @param {(root: HTMLElement) => void} show @returns {Promise<HTMLElement[]>} lines of the list */
export async function alertLines(desk, show) {
  const { body } = await get(desk.addresses.alerts);
  /** @type {Alert[]} */
  const alerts = body.alerts;
  return alerts.map((alert) => {
    const made = fromTemplate("t-item", {
      kind: word("kinds", alert.kind), place: alert.place, now: alert.urgency === "NOW" ? word("urgencies", "NOW").toUpperCase() : "",
      line: `${word("states", alert.state)} · ${alert.times}`,
      doubt: alert.waiting.map((act) => say("waits", { act: word("acts", act) })).join(" "),
    });
    onPress(one(made, "button"), async () => show(alertView(desk, alert, alerts)));
    return made;
  });
}

/** @param {Desk} desk @param {Alert} alert @param {readonly Alert[]} others @returns {HTMLElement} */
function alertView(desk, alert, others) {
  const root = fromTemplate("t-alert", {
    line: `${word("kinds", alert.kind)} · ${alert.place}`, state: alert.says, times: alert.times, summary: alert.summary,
    waiting: alert.waiting.map((act) => say("waits", { act: word("acts", act) })).join(" "),
  });
  replace(one(root, ".history"), alert.history.map(({ what, when }) => fromTemplate("t-note", { text: what, who: when })));
  const select = /** @type {HTMLSelectElement} */ (one(root, "[name=act]"));
  for (const act of alert.acts) select.append(new Option(word("acts", act.name), act.name));
  select.addEventListener("change", () => ask(alert, others, root));
  onPress(one(root, "[data-do=back]"), async () => desk.back());
  one(root, "form").addEventListener("submit", (event) => event.preventDefault());
  onPress(one(root, "button.main"), () => send(desk, alert, root));
  return root;
}

/** @param {Alert} alert @param {HTMLElement} root */
function chosen(alert, root) {
  const name = /** @type {HTMLSelectElement} */ (one(root, "[name=act]")).value;
  return alert.acts.find((act) => act.name === name);
}

/** What a person must say with an act; what the public reads needs its own words and consent.
 *  @param {{name: string, needs: string[]}} act @returns {string[]} */
const needsOf = (act) => (act.name === "make_public" ? ["summary", "consent"] : act.needs);

/** Show what the chosen act needs. @param {Alert} alert @param {readonly Alert[]} others @param {HTMLElement} root */
function ask(alert, others, root) {
  const act = chosen(alert, root);
  const people = !act ? "" : act.people === 1 ? say("one_person") : say(act.calms ? "calming" : "two_people", { role: act.role });
  fill(root, { people, refused: "" });
  replace(one(root, ".more"), act ? needsOf(act).map((need) => asked(need, alert, others)) : []);
}

/** @param {string} need @param {Alert} alert @param {readonly Alert[]} others @returns {HTMLElement} */
function asked(need, alert, others) {
  const made = fromTemplate(need === "summary" ? "t-text" : "t-select", { label: say(`ask_${need}`) });
  if (need === "summary") {
    one(made, "textarea").setAttribute("name", need);
    return made;
  }
  const select = /** @type {HTMLSelectElement} */ (one(made, "select"));
  select.name = need;
  const mergeable = others.filter((other) => other.id !== alert.id && other.municipality === alert.municipality);
  const choices = /** @type {Record<string, [string, string][]>} */ ({
    outcome: Object.entries(wordsOf("outcomes")),
    answer: Object.entries(wordsOf("answers")),
    urgency: Object.entries(wordsOf("urgencies_long")).filter(([code]) => code !== alert.urgency),
    into: mergeable.map((other) => [other.id, `${word("kinds", other.kind)} · ${other.place} · ${other.times}`]),
    until: untils(),
    consent: [["yes", say("allowed")]],
  });
  for (const [code, label] of choices[need] || []) select.append(new Option(label, code));
  return made;
}

/** @returns {[string, string][]} hours from now, as local hour codes */
function untils() {
  return [6, 12, 24, 48, 72].map((hours) => {
    const moment = new Date(Date.now() + hours * 3600000);
    const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60000);
    return [local.toISOString().slice(0, 13), say("in_hours", { count: hours })];
  });
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
    else await ask2(desk, alert, act.name, given);
  } catch (error) {
    fill(root, { refused: /** @type {Error} */ (error).message || say("not_sent") });
    return;
  }
  desk.changed();
  desk.back();
}

/** @param {Desk} desk @param {Alert} alert @param {string} act @param {Record<string, string>} given */
function ask2(desk, alert, act, given) {
  const consents = given.consent === "yes" ? ["PUBLIC_SUMMARY"] : [];
  const text = {
    v: 1, act, alert: alert.id, version: alert.version, outcome: given.outcome || null, answer: given.answer || null,
    into: given.into || null, until: given.until || null, urgency: given.urgency || null, summary: (given.summary || "").replace(/\s+/g, " ").trim(), consents,
  };
  return propose(desk.addresses.proposals, desk.keys, {
    act, text, municipality: alert.municipality, alert: alert.id, version: alert.version, alias: desk.writer.alias,
  });
}
