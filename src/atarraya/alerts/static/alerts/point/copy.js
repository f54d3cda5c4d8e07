// @ts-check
// The board as data: put what changed over the copy, take what ended as ended, order what is read, say how long ago.
// Pure. Hours are the network's own clock ("2026-11-23T14"), read as if at Greenwich so that the phone's time zone does
// not matter; how long ago the copy came is the phone's own count.

const HOUR = 3600000;
const DAY = 24 * HOUR;

/** @param {string} hour @returns {number} */
export const ms = (hour) => Date.parse(`${hour}:00:00Z`);

/** The network's clock now, from a copy. A phone whose clock was set back is taken as not later than the copy.
 *  @param {string} hour of the copy @param {number} fetched by the phone's clock @param {number} clock the phone's now */
export const networkNow = (hour, fetched, clock) => ms(hour) + Math.max(0, clock - fetched);

/** @param {number} from @param {number} to @returns {number} midnights between */
export const midnights = (from, to) => Math.floor(to / DAY) - Math.floor(from / DAY);

/** @param {number} at @returns {string} part of the day */
export function partOf(at) {
  const hour = new Date(at).getUTCHours();
  return ["DAWN", "MORNING", "AFTERNOON", "NIGHT"][Math.floor(hour / 6)];
}

/** @typedef {{key: string, n: number, part: string}} When */

/** @param {string} hour @param {string} part as it was said, or empty @param {number} now @returns {When} */
export function when(hour, part, now) {
  const at = ms(hour);
  const days = midnights(at, now);
  const said = part || partOf(at);
  if (days <= 0) return { key: "today", n: 0, part: said };
  if (days === 1) return { key: "yesterday", n: 1, part: said };
  return { key: "days-ago", n: days, part: "" };
}

/** @param {string | undefined} hour @param {number} now @returns {{key: string, n: number}} */
export function until(hour, now) {
  if (!hour) return { key: "ends-never", n: 0 };
  const days = midnights(now, ms(hour));
  if (days <= 0) return { key: "ends-today", n: 0 };
  return days === 1 ? { key: "ends-tomorrow", n: 1 } : { key: "ends-days", n: days };
}

/** How old a copy is. @param {number} passed milliseconds @returns {{key: string, n: number}} */
export function age(passed) {
  if (passed < 2 * HOUR) return passed < HOUR ? { key: "now-ago", n: 0 } : { key: "hour-ago", n: 1 };
  if (passed < DAY) return { key: "hours-ago", n: Math.floor(passed / HOUR) };
  const days = Math.floor(passed / DAY);
  return days === 1 ? { key: "day-ago", n: 1 } : { key: "days-ago", n: days };
}

/** As the server writes it (alerts/queries/board.py).
 *  @typedef {{i: string, m: string, k: string, u: string, s: string, a: string, v: number, t: string, z?: string,
 *    p?: string, x?: string, d?: number, c?: number, f?: string, b?: number, n?: number, g?: number, y?: number,
 *    w?: string, o?: string, l?: string, h?: string, e?: number, r?: string, q?: string}} Alert */
/** @typedef {{c: string, n: string, s: string, k?: [number, number], more?: number}} Place */
/** @typedef {{v: number, seq: number, hour: string, full: boolean, places: Place[], alerts: Alert[], gone: string[]}} Body */
/** @typedef {{seq: number, hour: string, places: Place[], alerts: Alert[]}} Copy */

export const KEPT = 72 * HOUR;
const RANK = /** @type {Record<string, number>} */ ({ NOW: 0, DAYS: 1, KNOW: 2 });

/** @param {Copy | null} copy @param {Body} body @returns {Copy} */
export function merge(copy, body) {
  const { seq, hour, places } = body;
  if (body.full || !copy) return { seq, hour, places, alerts: body.alerts };
  const out = new Set([...body.gone, ...body.alerts.map((alert) => alert.i)]);
  return { seq, hour, places, alerts: [...copy.alerts.filter((alert) => !out.has(alert.i)), ...body.alerts] };
}

/** What stands first still does. @param {Alert} alert @param {number} now */
export const first = (alert, now) => Boolean(alert.f && ms(alert.f) > now);

/** The state now: what has lapsed is never told as current, with or without signal (R16).
 *  @param {Alert} alert @param {number} now @returns {string} */
export const stateNow = (alert, now) => (!alert.e && alert.x && ms(alert.x) <= now ? "EXPIRED" : alert.s);

/** What may be read now, in order. @param {Copy} copy @param {number} now @returns {Alert[]} */
export function readable(copy, now) {
  const standing = copy.alerts.filter((alert) => !alert.e || first(alert, now));
  const key = (/** @type {Alert} */ alert) => [first(alert, now) ? 0 : 1, RANK[alert.u], -ms(alert.t)];
  return standing.sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    const at = left.findIndex((value, i) => value !== right[i]);
    return at < 0 ? a.i.localeCompare(b.i) : left[at] - right[at];
  });
}

/** What changed stands above all municipalities; the rest stands in its own.
 *  @param {Copy} copy @param {number} now @returns {{changed: Alert[], groups: {place: Place, alerts: Alert[]}[]}} */
export function arrange(copy, now) {
  const { places } = copy;
  const read = readable(copy, now);
  const changed = read.filter((alert) => first(alert, now));
  const rest = read.filter((alert) => !first(alert, now));
  return { changed, groups: places.map((place) => ({ place, alerts: rest.filter((alert) => alert.m === place.c) })) };
}

/** How a municipality stands on this copy. A copy without signal never says that there is no danger.
 *  @param {Place} place @param {number} alerts in sight @param {boolean} fresh @returns {string} */
export function placeNow(place, alerts, fresh) {
  if (alerts > 0 || place.s === "ALERTS") return "ALERTS";
  return place.s === "SPOKE" && !fresh ? "UNKNOWN" : place.s;
}
