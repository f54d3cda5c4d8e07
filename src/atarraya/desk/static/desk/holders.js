// @ts-check
// Shows what whoever holds a report's words says of it, and lets one member begin to calm: the alert stands in doubt
// until a second member agrees (R13). What was said does nothing by itself.
import { get, sentence } from "./api.js";
import { maybeOf } from "./claims.js";
import { fill, fromTemplate, one, onPress, replace } from "./dom.js";
import { propose } from "./proposing.js";
import { dayWords, place, title } from "./queue.js";
import { say, word } from "./words.js";

/** @typedef {import("./threads.js").Thread} Thread */
/** What of an alert matters here.
 *  @typedef {{id: string, version: number, kind: string, municipality: string, place: string, says: string, times: string,
 *    waiting: string[], acts: {name: string}[]}} Alert */
/** @typedef {{addresses: Record<string, string>, keys: import("./keys.js").Keys, store: {threads: Thread[]},
 *    writer: {id: string, alias: string}, families: Record<string, string>, changed: () => void,
 *    openThread: (thread: Thread) => void}} Desk */

const ACT = "false_alarm";

/** @param {Alert} alert @returns {boolean} whether this member may begin, and nobody has */
const mayBegin = (alert) => alert.acts.some(({ name }) => name === ACT) && !alert.waiting.includes(ACT);

/** Ask for a second person to say the same. @param {Desk} desk @param {HTMLElement} root @param {Alert} alert
 *  @param {readonly Thread[]} threads the reports it is about @returns {Promise<boolean>} */
async function begin(desk, root, alert, threads) {
  const about = { municipality: alert.municipality, alert: alert.id, version: alert.version };
  const text = {
    v: 1, act: ACT, alert: alert.id, version: alert.version, outcome: null, answer: null, into: null, until: null,
    urgency: null, summary: "", consents: [],
  };
  try {
    const asked = { act: ACT, text, alias: desk.writer.alias, threads: threads.map(({ id }) => id), ...about };
    await propose(desk.addresses.proposals, desk.keys, asked);
  } catch (error) {
    fill(root, { refused: sentence(error) });
    return false;
  }
  desk.changed();
  return true;
}

/** On the thread: that it was said, and the alerts it may have become.
 *  @param {Desk} desk @param {Thread} thread @param {HTMLElement} root */
export function onThread(desk, thread, root) {
  const section = /** @type {HTMLElement} */ (one(root, ".holder"));
  section.hidden = !thread.denied;
  if (!thread.denied) return;
  const shown = get(desk.addresses.alerts).then(({ body }) => {
    const alerts = body.alerts.filter((/** @type {Alert} */ alert) => maybeOf(thread, alert, desk.families));
    replace(one(section, "ul"), alerts.map((/** @type {Alert} */ alert) => candidate(desk, thread, root, alert)));
    fill(section, { none: alerts.length === 0 ? say("holder_none") : "" });
  });
  shown.catch(() => fill(section, { none: say("holder_unknown") }));
}

/** @param {Desk} desk @param {Thread} thread @param {HTMLElement} root @param {Alert} alert @returns {HTMLElement} */
function candidate(desk, thread, root, alert) {
  const waits = alert.waiting.includes(ACT) ? say("waits", { act: word("acts", ACT) }) : "";
  const text = [word("kinds", alert.kind), alert.place, alert.says, alert.times, waits].filter(Boolean).join(" · ");
  const made = fromTemplate("t-denied", { text });
  const button = /** @type {HTMLButtonElement} */ (one(made, "button"));
  button.hidden = !mayBegin(alert);
  onPress(button, async () => void (await begin(desk, root, alert, [thread])));
  return made;
}

/** Threads whose holder said so and that an alert may have come from.
 *  @param {Desk} desk @param {Alert} alert @returns {Thread[]} */
export const deniedOf = (desk, alert) =>
  desk.store.threads.filter((thread) => thread.denied && maybeOf(thread, alert, desk.families));

/** On the alert: who said so, where to read it, and one tap to begin. @param {Desk} desk @param {Alert} alert @param {HTMLElement} root
 *  @param {() => void} done */
export function onAlert(desk, alert, root, done) {
  const section = /** @type {HTMLElement} */ (one(root, ".holder"));
  const threads = deniedOf(desk, alert);
  section.hidden = threads.length === 0;
  replace(one(section, "ul"), threads.map((thread) => {
    const made = fromTemplate("t-denying", { text: `${title(thread)} · ${place(thread)} · ${dayWords(thread.day)}` });
    onPress(one(made, "button"), async () => desk.openThread(thread));
    return made;
  }));
  const button = /** @type {HTMLButtonElement} */ (one(section, "[data-do=deny]"));
  button.hidden = !mayBegin(alert);
  onPress(button, async () => void ((await begin(desk, root, alert, threads)) && done()));
}
