// @ts-check
// The page's words by code. The server prints them once; scripts hold no sentence.

/** @type {Record<string, Record<string, string>>} */
let words = {};

/** @param {Record<string, Record<string, string>>} given list → code → label */
export function setWords(given) {
  words = given;
}

/** @param {string} list @param {string | null | undefined} code @returns {string} label, or the code itself */
export function word(list, code) {
  if (!code) return "";
  const known = words[list];
  return (known && known[code]) || code;
}

/** @param {string} list @returns {Record<string, string>} */
export function wordsOf(list) {
  return words[list] || {};
}

/** A sentence with places in braces; of one thing it says the sentence for one, where there is one. @param {string} code @param {Record<string, string | number>} [values]
 *  @returns {string} */
export function say(code, values = {}) {
  const sentence = word("say", values.count === 1 && `${code}_1` in wordsOf("say") ? `${code}_1` : code);
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
