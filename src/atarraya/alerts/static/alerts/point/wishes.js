// @ts-check
// What somebody wants to hear of, as the form holds it and as the server takes it; and how a phone stands. Pure.

/** @typedef {{urgency: string, municipality: string | null, kind: string | null}} Wanted */
/** @typedef {{start: string, end: string, now_passes: boolean}} Quiet */
/** @typedef {{places: string[], kinds: string[], least: string, start: string, end: string, passes: boolean}} Draft */
/** @typedef {{ask: boolean, hour: string, until: string | null, last: string | null, wants: Wanted[], quiet: Quiet | null,
 *  says: {title: string, body: string}, ways: {name: string, public: Record<string, string>}[]}} Said what the server says */

export const ALL = "*";
const MOST = 60;

/** @returns {Draft} in which nothing is chosen */
export const blank = () => ({ places: [], kinds: [], least: "", start: "", end: "", passes: false });

/** @param {string[]} chosen @returns {(string | null)[]} *all* takes the place of the single ones */
const each = (chosen) => (chosen.includes(ALL) ? [null] : chosen);

/** @param {Draft} draft @returns {Wanted[]} each chosen municipality with each chosen kind */
export const wanted = ({ places, kinds, least }) =>
  each(places).flatMap((municipality) => each(kinds).map((kind) => ({ urgency: least, municipality, kind })));

/** @param {Draft} draft @returns {Quiet | null} */
export const quietOf = ({ start, end, passes }) => (start && end ? { start, end, now_passes: passes } : null);

/** @param {Draft} draft @returns {"" | "choose" | "hours" | "many"} what keeps it from being saved */
export function lacks(draft) {
  if (!draft.places.length || !draft.kinds.length || !draft.least) return "choose";
  if (Boolean(draft.start) !== Boolean(draft.end) || (draft.start && draft.start === draft.end)) return "hours";
  return wanted(draft).length > MOST ? "many" : "";
}

/** @param {Wanted[]} wants @param {Quiet | null | undefined} quiet @returns {Draft} the form in which they were chosen */
export function drafted(wants, quiet) {
  const one = (/** @type {"municipality" | "kind"} */ part) => [...new Set(wants.map((want) => want[part] || ALL))];
  return {
    places: one("municipality"),
    kinds: one("kind"),
    least: wants.length ? wants[0].urgency : "",
    start: quiet ? quiet.start : "",
    end: quiet ? quiet.end : "",
    passes: Boolean(quiet && quiet.now_passes),
  };
}

/** @typedef {"none" | "unable" | "denied" | "shared" | "ask" | "stopped" | "again" | "on"} Standing */

/** How a phone stands: nothing comes unless both the server and the browser hold to it.
 *  @param {{said: Said, hears: {shared?: boolean, wants?: object[], until?: string} | undefined, permission: string | null, subscribed: boolean}} known
 *  `permission` null: this browser cannot @returns {Standing} */
export function standing({ said, hears, permission, subscribed }) {
  const wanting = Boolean(hears && hears.wants);
  if (!wanting && hears && hears.shared) return "shared";
  if (!said.ways.some((way) => way.name === "push")) return "none";
  if (permission === null) return "unable";
  if (!said.ask && subscribed && permission === "granted") return "on";
  if (permission === "denied") return "denied";
  if (!wanting) return "ask";
  const until = String(/** @type {any} */ (hears).until);
  return until < said.hour.slice(0, 10) ? "again" : "stopped";
}

/** @param {PushSubscription} held @returns {Record<string, string>} where messages come to, as the server takes it */
export function addressOf(held) {
  const { endpoint, keys } = held.toJSON();
  return { endpoint: String(endpoint), ...keys };
}

/** @param {string} from a day @param {string} to a day @returns {number} */
export const days = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86400000);
