// @ts-check
// What this member must be told: entries that reach their last day, somebody who took many, somebody who asks for old
// ones, and what of earlier days is not here yet.
import { post } from "./api.js";
import { fromTemplate, one, onPress, replace } from "./dom.js";
import { say, word } from "./words.js";

/** @typedef {{addresses: Record<string, string>, store: import("./store.js").Store, changed: () => void, root: HTMLElement}} Desk */

/** @param {any} desk @param {HTMLElement} place @param {any} body of the pulse */
export function notices(desk, place, body) {
  const lines = [
    ...body.retention.map((/** @type {any} */ one_) => told(desk, { retention: [one_.id] }, retention(one_))),
    ...body.handovers.map((/** @type {any} */ row) => told(desk, { handovers: [row.id] }, say("many", { who: row.member, hour: row.hour, count: row.older }))),
    ...body.grants.map((/** @type {any} */ row) => grant(desk, row)),
  ];
  const open = place.querySelector("details");
  const fold = fromTemplate("t-fold", { text: say("to_know", { count: lines.length }) });
  one(fold, ".inside").replaceChildren(...lines);
  /** @type {HTMLDetailsElement} */ (fold).open = open !== null && open.open;
  replace(place, lines.length === 0 ? [] : [fold]);
  older(desk);
}

/** @param {any} notice @returns {string} */
function retention(notice) {
  const place = word("municipalities", notice.municipality) || say("no_place");
  const values = { count: notice.count, place, day: notice.last_day, urgent: notice.urgent };
  return say(notice.urgent > 0 ? "last_day_urgent" : "last_day", values);
}

/** @param {Desk} desk @param {object} which @param {string} text @returns {HTMLElement} */
function told(desk, which, text) {
  const made = fromTemplate("t-notice", { text });
  onPress(one(made, "button"), async () => {
    await post(desk.addresses.told, which);
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

/** Earlier days come when asked: what is handed over is counted. @param {Desk} desk */
function older(desk) {
  const groups = desk.store.older;
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const place = one(desk.root, "#older");
  if (count === 0) {
    replace(place, []);
    return;
  }
  const made = fromTemplate("t-older", { text: say("older", { count }) });
  onPress(one(made, "button"), async () => {
    await desk.store.bring(groups);
    older(desk);
    desk.changed();
  });
  replace(place, [made]);
}
