// @ts-check
// The letters a sealed SMS can carry, and what any typed text becomes in them. The same as sealing/sms/letters.py.

// The most frequent first: the text model's numbers stay small. Frozen with version 1.
export const LETTERS = ". eaosnrdlicutmpbgvqyhfzjñxkw,0123456789?¿!¡:;()\"'-/+%&@#*=$°_\n";
const UNKNOWN = "*";
const SAME = /** @type {Record<string, string>} */ ({
  "“": '"', "”": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "º": "°", "ʉ": "u",
  "ɨ": "i",
});

/** @param {string} typed @returns {string} what will be read: small letters without accents (ñ stays), single spaces;
 *  `*` for what has no place */
export function plain(typed) {
  const same = Array.from(typed.normalize("NFC").toLowerCase(), (letter) => SAME[letter] || letter).join("");
  const spaced = same.replace(/[ \t\r\f\v\u00a0]+/g, " ").replace(/ *\n[ \n]*/g, "\n");
  return Array.from(spaced, kept).join("").replace(/^[ \n]+|[ \n]+$/g, "");
}

/** @param {string} letter @returns {string} */
function kept(letter) {
  if (LETTERS.includes(letter)) return letter;
  const base = String.fromCodePoint(Number(letter.normalize("NFD").codePointAt(0)));
  if (LETTERS.includes(base)) return base;
  return /^\p{M}$/u.test(letter) ? "" : UNKNOWN;
}
