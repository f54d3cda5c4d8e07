// @ts-check
// The board as data: put what changed over the copy, take what ended as ended, order what is read. Pure.
import { ms } from "./ages.js";

/** As the server writes it (alerts/queries/board.py).
 *  @typedef {{i: string, m: string, k: string, u: string, s: string, a: string, v: number, t: string, z?: string,
 *    p?: string, x?: string, d?: number, c?: number, f?: string, b?: number, n?: number, g?: number, y?: number,
 *    w?: string, o?: string, l?: string, h?: string, e?: number, r?: string, q?: string}} Alert */
/** @typedef {{c: string, n: string, s: string, k?: [number, number], more?: number}} Place */
/** @typedef {{v: number, seq: number, hour: string, full: boolean, places: Place[], alerts: Alert[], gone: string[]}} Body */
/** @typedef {{seq: number, hour: string, places: Place[], alerts: Alert[]}} Copy */

export const KEPT = 72 * 3600000;
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
