// @ts-check
// What this member must be told: entries that reach their last day, somebody who took many, somebody who asks for old
// ones, and what of earlier days is not here yet.
import { post, Refused } from "./api.js";
import { fill, fromTemplate, one, onPress, replace } from "./dom.js";
import { dayWords } from "./queue.js";
import { say, word } from "./words.js";

/** @typedef {{addresses: Record<string, string>, store: import("./store.js").Store, changed: () => void, root: HTMLElement,
 *    queue: {place: HTMLSelectElement}}} Desk */
/** @typedef {import("./store.js").Group} Group */

/** @param {any} desk @param {HTMLElement} place @param {any} body of the pulse */
export function notices(desk, place, body) {
  const lines = [
    ...body.retention.map((/** @type {any} */ row) => told(desk, { retention: [row.id] }, retention(row))),
    ...body.handovers.map((/** @type {any} */ row) => told(desk, { handovers: [row.id] }, say("many", { who: row.member, hour: row.hour, count: row.older }))),
    ...body.burnt.map((/** @type {any} */ row) => told(desk, {}, say("burnt", { collective: row.collective }), `/equipo/codigos/${row.id}/leido/`)),
    ...body.grants.map((/** @type {any} */ row) => grant(desk, row)),
  ];
  const open = place.querySelector("details");
  const fold = fromTemplate("t-fold", { text: say("to_know", { count: lines.length }) });
  one(fold, ".inside").replaceChildren(...lines);
  /** @type {HTMLDetailsElement} */ (fold).open = open !== null && open.open;
  replace(place, lines.length === 0 ? [] : [fold]);
}

/** Whether SMS are being read and sent, and how many are not: said for as long as it is so. What waits to be sent is
 *  counted by the server; what came unread only here, where accounts are open.
 *  @param {HTMLElement} place @param {any} body of the pulse @param {readonly import("./threads.js").Thread[]} threads */
export function smsLines(place, body, threads) {
  const sentence = (/** @type {any} */ row) => say(row.say === "silent" && row.time === null ? "sms_never" : `sms_${row.say}`, { name: row.name, time: row.time, count: row.count });
  const raw = threads.filter(({ account, state }) => state !== "DONE" && account && account.sms && !account.sms.read).length;
  const counts = (/** @type {any} */ row) => [row.waiting > 0 ? say("sms_count", { count: row.waiting }) : "",
    row.say === "no_key" && raw > 0 ? say("sms_raw", { count: raw }) : ""];
  replace(place, body.sms.map((/** @type {any} */ row) => fromTemplate("t-line", { text: [sentence(row), ...counts(row)].filter(Boolean).join(" ") })));
}

/** What came with ODK and nobody has read: it waits until somebody opens it on the workbench.
 *  @param {HTMLElement} place @param {any} body of the pulse */
export function odkLine(place, body) {
  const { odk } = body;
  const lines = odk ? [say("odk_waits", { count: odk.count, day: dayWords(odk.day) })] : [];
  replace(place, lines.map((text) => fromTemplate("t-line", { text })));
}

/** @param {any} notice @returns {string} */
function retention(notice) {
  const place = word("municipalities", notice.municipality) || say("no_place");
  const values = { count: notice.count, place, day: notice.last_day, urgent: notice.urgent };
  return say(notice.urgent > 0 ? "last_day_urgent" : "last_day", values);
}

/** @param {Desk} desk @param {object} which @param {string} text @param {string} [address] @returns {HTMLElement} */
function told(desk, which, text, address = desk.addresses.told) {
  const made = fromTemplate("t-notice", { text });
  onPress(one(made, "button"), async () => {
    await post(address, which);
    made.remove();
  });
  return made;
}

/** @param {Desk} desk @param {{id: string, member: string, inbox: string}} row @returns {HTMLElement} */
function grant(desk, row) {
  const made = fromTemplate("t-grant", { text: say("asks_old", { who: row.member, inbox: row.inbox }) });
  onPress(one(made, "button"), async () => {
    await post(desk.addresses.old, { grant: row.id });
    made.remove();
  });
  return made;
}

/** Earlier days come when asked, of the municipality that is chosen: what is handed over is counted. What is older
 *  than a month comes when somebody else has agreed. @param {Desk} desk */
export function older(desk) {
  const chosen = desk.queue.place.value;
  const here = (/** @type {Group} */ group) => chosen === "" || group.municipality === chosen;
  const { older: recent, oldest } = desk.store.missing;
  const place = one(desk.root, "#older");
  const shown = [chosen, ...[...recent, ...oldest].map((group) => `${group.inbox} ${group.day} ${group.municipality} ${group.urgency} ${group.count}`)].join("|");
  if (place.dataset.shown === shown) return; // nothing changed: what has the focus, or is being brought, stays
  place.dataset.shown = shown;
  replace(place, [line(desk, recent.filter(here), "older"), line(desk, oldest.filter(here), "oldest")].flat());
}

/** @param {Desk} desk @param {Group[]} groups @param {string} sentence @returns {HTMLElement[]} none where nothing waits */
function line(desk, groups, sentence) {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  if (count === 0) return [];
  const made = fromTemplate("t-older", { text: say(sentence, { count }), state: "" });
  onPress(one(made, "button"), async () => {
    try {
      await desk.store.bring(groups);
    } catch (fault) {
      if (!(fault instanceof Refused && fault.code === "needs_two")) throw fault;
      for (const inbox of new Set(groups.map((group) => group.inbox))) await post(desk.addresses.old, { inbox });
      fill(made, { state: say("asked_old") });
      return;
    }
    desk.changed();
  });
  return [made];
}
