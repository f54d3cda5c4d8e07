// @ts-check
// One alert as a line that is read: shape, what and where, how soon; when and state; what to do; until when.
import { stateNow, until, when } from "./copy.js";
import { capital, copy, find, put, say } from "./dom.js";

/** @typedef {import("./copy.js").Alert} Alert */

/** @param {import("./copy.js").When} moment @returns {string} “ayer en la tarde” */
export const whenWords = ({ key, n, part }) => [say(key, { n }), part ? say(part) : ""].filter(Boolean).join(" ");

/** What its state is called, and its shape. @param {Alert} alert @param {number} now
 *  @returns {{words: string, shape: string}} */
export function standing(alert, now) {
  const state = stateNow(alert, now);
  const open = !alert.e;
  const named = state === "UNCONF" && (alert.n || 0) > 1 ? "TWO" : state === "UNCONF" && alert.b ? "TEAM" : state;
  const words = [say(named, { n: alert.n || 1 }, "states")];
  if (alert.o) words.push(say(alert.o, {}, "outcomes"));
  if (open && alert.d) return { words: [say("doubt", {}, "states"), ...words].join(" · "), shape: "s-doubt" };
  if (open && alert.c) return { words: [say("corrected", {}, "states"), ...words].join(" · "), shape: "s-corrected" };
  return { words: words.join(" · "), shape: open ? `s-${state}` : "s-ended" };
}

/** @param {Alert} alert @returns {string} what points tapped under it, and when there is news */
function notes(alert, /** @type {number} */ now) {
  const said = [];
  if (alert.g) said.push(say("go-on", { n: alert.g }));
  if (alert.y) said.push(say("passed", { n: alert.y }));
  if (alert.l) said.push(say("no-news", { n: whenWords({ ...when(alert.l, "", now), part: "" }) }));
  return said.join(" · ");
}

/** @param {Alert} alert @param {string} place name of its municipality @param {number} now the network's clock
 *  @param {{bare?: boolean, own?: boolean, second?: boolean}} [how] `bare`: nothing to tap; `own`: of this point's
 *  municipality; `second`: this phone warned of the same before it had read this @returns {HTMLElement} */
export function lineOf(alert, place, now, { bare = false, own = false, second = false } = {}) {
  const line = copy("alert-line");
  const { words, shape } = standing(alert, now);
  line.className = ["alert", alert.u, stateNow(alert, now), alert.d ? "doubt" : "", alert.e ? "old" : ""].join(" ");
  line.dataset.id = alert.i;
  find("use", line).setAttribute("href", `#${shape}`);
  const where = alert.z ? `${alert.z}, ${place}` : place;
  put(find("[data-what]", line), `${say(alert.k, {}, "kinds")} · ${where}`);
  put(find("[data-soon]", line), alert.e ? "" : say(alert.u));
  put(find("[data-state-line]", line), `${whenWords(when(alert.t, alert.p || "", now))} · ${words}`);
  put(find("[data-advice]", line), alert.e ? "" : say(alert.a, {}, "advice"));
  put(find("[data-summary]", line), alert.w || "");
  const ends = until(alert.x, now);
  const ended = alert.e || stateNow(alert, now) === "EXPIRED";
  put(find("[data-until]", line), [ended ? "" : capital(say(ends.key, { n: ends.n })), notes(alert, now)].filter(Boolean).join(" · "));
  find("[data-acts]", line).hidden = bare;
  find("[data-own]", line).hidden = bare || !own || Boolean(alert.e);
  find('[data-do="second"]', line).hidden = !second;
  return line;
}
