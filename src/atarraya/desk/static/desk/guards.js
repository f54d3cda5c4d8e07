// @ts-check
// What stops a text before it is proposed. Only a second person can lift one, and says why inside the seal.

/** @typedef {"digits" | "name" | "place" | "consent" | "length"} Guard */
/** @typedef {{guard: Guard, what: string}} Found */

export const SUMMARY_LENGTH = 280;

// Seven digits or more, however they are spaced: telephones here have ten, identity numbers six to ten.
const DIGITS = /(?:\d[ .\-()]{0,2}){6,}\d/gu;

/** @param {string} written @returns {string} lower case, without accents, single spaces */
export function plain(written) {
  return written.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** @param {string} summary @returns {Found[]} numbers that look like a telephone or a document */
export function digitsIn(summary) {
  return [...summary.matchAll(DIGITS)].map(([what]) => ({ guard: "digits", what }));
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

/** @param {string} summary @param {readonly string[]} places names finer than a zone that may not be shown
 *  @returns {Found[]} */
export function placesIn(summary, places) {
  const text = ` ${plain(summary)} `;
  return places.filter((place) => text.includes(` ${plain(place)} `)).map((what) => ({ guard: "place", what }));
}

/** Everything that stops this text.
 *  @param {{summary: string, zone: string | null, zoneMayShow: boolean, consent: boolean}} draft
 *  @param {{names: readonly string[], places: readonly string[]}} lists @returns {Found[]} */
export function guardsOf(draft, { names, places }) {
  /** @type {Found[]} */
  const found = [...digitsIn(draft.summary), ...namesIn(draft.summary, names), ...placesIn(draft.summary, places)];
  if (draft.zone !== null && !draft.zoneMayShow) found.push({ guard: "place", what: "" });
  if (!draft.consent) found.push({ guard: "consent", what: "" });
  if ([...draft.summary].length > SUMMARY_LENGTH) found.push({ guard: "length", what: "" });
  return found;
}
