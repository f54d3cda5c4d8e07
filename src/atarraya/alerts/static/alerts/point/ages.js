// @ts-check
// Hours and days as keys of sentences. Pure. Hours are the network's own clock ("2026-11-23T14"), read as if at
// Greenwich so that the phone's time zone does not matter; how long ago the copy came is the phone's own count.

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
