// @ts-check
// What stops a text before it is proposed. Only a second person can lift one, and says why inside the seal.

/** @typedef {"digits" | "contact" | "name" | "place" | "consent" | "length"} Guard */
/** @typedef {{guard: Guard, what: string}} Found */

export const SUMMARY_LENGTH = 280;

// The same nets as the server's (`alerts/texts.py`), so that a writer is stopped here and not the second person there.
// Six digits or more, however they are spaced: telephones here have ten, identity numbers six to ten.
const DIGITS = /(?:\d[\s.,\-–/()]{0,2}){5,}\d/gu;
const CONTACT = /\S*@\S*|https?:\S*|www\.\S*|\b[\w-]+\.(?:com|org|net|co|info|gov|edu|io|me)\b/giu;
const COORDINATES = /\d{1,3}[.,]\d{3,}\s*[,;/ ]\s*-?\d{1,3}[.,]\d{3,}|\d\s*°/u;
const FINE = /(?<![\p{L}\p{N}])(?:[Vv]ereda|[Cc]aser[ií]o|[Cc]orregimiento|[Bb]arrio|[Ff]inca|[Cc]alle|[Cc]arrera|[Kk]il[oó]metro|[Kk]m)\s+(?:[A-ZÁÉÍÓÚÑ][\p{L}]*|\d+)/u;

/** @param {string} written @returns {string} lower case, without accents, single spaces */
export function plain(written) {
  return written.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** @param {string} summary @returns {Found[]} numbers that look like a telephone or a document */
export function digitsIn(summary) {
  return [...summary.matchAll(DIGITS)].map(([what]) => ({ guard: "digits", what }));
}

/** @param {string} summary @returns {Found[]} addresses, links and names of users */
export function contactsIn(summary) {
  return [...summary.matchAll(CONTACT)].map(([what]) => ({ guard: "contact", what }));
}

/** @param {string} summary @param {readonly string[]} names from the circle's sealed list
 *  @returns {Found[]} whole names, and single parts of four letters or more */
export function namesIn(summary, names) {
  const text = ` ${plain(summary)} `;
  const found = [];
  for (const name of names) {
    const whole = plain(name);
    const parts = whole.split(" ").filter((part) => part.length >= 4);
    const hit = [whole, ...parts].find((part) => part !== "" && text.includes(` ${part} `));
    if (hit !== undefined) found.push({ guard: /** @type {Guard} */ ("name"), what: hit });
  }
  return found;
}

/** @param {string} summary @param {readonly string[]} places names finer than may be shown
 *  @returns {Found[]} */
export function placesIn(summary, places) {
  const text = ` ${plain(summary)} `;
  const shaped = [COORDINATES, FINE].map((shape) => shape.exec(summary)).flatMap((found) => (found ? [found[0]] : []));
  const named = places.filter((place) => plain(place) !== "" && text.includes(` ${plain(place)} `));
  return [...named, ...shaped].map((what) => ({ guard: "place", what }));
}

/** Everything that stops this text.
 *  @param {{summary: string, zone: string | null, zoneMayShow: boolean, consent: boolean}} draft
 *  @param {{names: readonly string[], places: readonly string[]}} lists @returns {Found[]} */
export function guardsOf(draft, { names, places }) {
  /** @type {Found[]} */
  const found = [...digitsIn(draft.summary), ...contactsIn(draft.summary), ...namesIn(draft.summary, names), ...placesIn(draft.summary, places)];
  if (draft.zone !== null && !draft.zoneMayShow) found.push({ guard: "place", what: "" });
  if (!draft.consent) found.push({ guard: "consent", what: "" });
  if ([...draft.summary].length > SUMMARY_LENGTH) found.push({ guard: "length", what: "" });
  return found;
}
