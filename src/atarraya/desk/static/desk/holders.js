// @ts-check
// Shows what whoever holds a report's words says of it, and lets one member begin to calm: the alert stands in doubt
// until a second member agrees (R13). What was said does nothing by itself.
import { claimHash } from "../sealing/receipt.js";
import { get, sentence } from "./api.js";
import { isClaim, maybeOf } from "./claims.js";
import { fill, fromTemplate, one, onPress, replace } from "./dom.js";
import { proposeAct } from "./proposing.js";
import { dayWords, place, title } from "./queue.js";
import { say, word } from "./words.js";

/** @typedef {import("./threads.js").Thread} Thread */
/** @typedef {import("./alerts.js").Alert} Alert */
/** @typedef {{addresses: Record<string, string>, keys: import("./keys.js").Keys, store: import("./store.js").Store,
 *    writer: {id: string, alias: string}, families: Record<string, string>, changed: () => void,
 *    openThread: (thread: Thread) => void}} Desk */

const ACT = "false_alarm";

/** Work out what account each claim belongs to. What an envelope itself says of that is not believed.
 *  @param {Iterable<import("./threads.js").Entry>} entries */
export async function prove(entries) {
  for (const entry of entries) {
    if (!isClaim(entry) || entry.claimed !== undefined) continue;
    entry.claimed = await claimHash(/** @type {any} */ (entry.payload).claim).catch(() => "");
  }
}

/** @param {Alert} alert @returns {boolean} whether this member may begin, and nobody has */
const mayBegin = (alert) => alert.acts.some(({ name }) => name === ACT) && !alert.waiting.includes(ACT);

/** @param {Desk} desk @param {HTMLElement} root @param {Alert} alert */
async function begin(desk, root, alert) {
  try {
    await proposeAct(desk, alert, ACT, {});
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
    replace(one(section, "ul"), alerts.map((/** @type {Alert} */ alert) => candidate(desk, root, alert)));
    fill(section, { none: alerts.length === 0 ? say("holder_none") : "" });
  });
  shown.catch(() => fill(section, { none: say("holder_unknown") }));
}

/** @param {Desk} desk @param {HTMLElement} root @param {Alert} alert @returns {HTMLElement} */
function candidate(desk, root, alert) {
  const waits = alert.waiting.includes(ACT) ? say("waits", { act: word("acts", ACT) }) : "";
  const text = [word("kinds", alert.kind), alert.place, alert.says, alert.times, waits].filter(Boolean).join(" · ");
  const made = fromTemplate("t-denied", { text });
  const button = /** @type {HTMLButtonElement} */ (one(made, "button"));
  button.hidden = !mayBegin(alert);
  onPress(button, async () => void (await begin(desk, root, alert)));
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
  onPress(button, async () => void ((await begin(desk, root, alert)) && done()));
}
