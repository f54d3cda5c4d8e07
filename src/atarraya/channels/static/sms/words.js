// @ts-check
// What words mean in a codebook, as the gateway reads them (gateway/matching.py), and which books nobody should make.
// Vectors in tests/vectors/codebooks.json hold both readings together.

/** @typedef {{say: string, sort: string, value: string}} Entry */
/** @typedef {{kind: string | null, urgency: string | null, zone: string | null, duress: boolean, sure: boolean,
 *    rest: string}} Reading */

const SLIPS_FROM = 4;
const WORD = /[\p{L}\p{N}]+/gu;
export const COURTESY = new Set((
  "hola buenos buenas buen dia dias tarde tardes noche noches saludos por favor gracias muchas senor senora don " +
  "dona compadre comadre vecino vecina hermano hermana dios bendiga bendiciones mano parce amigo amiga").split(" "));
const DENIALS = new Set((
  "no ni nunca jamas nadie ninguno ninguna tampoco sin falso mentira " +
  "prueba simulacro ensayo ayer fueron paso").split(" "));
const SHORT = 6;
const MOST_SHORT_SLIPS = 1;

/** @param {string} word @returns {string} its letters in their plainest spelling */
export const folded = (word) => word.toLowerCase().normalize("NFKD").replace(/[^\p{L}\p{N}]/gu, "");

/** @param {string} text @returns {string[]} */
const wordsOf = (text) => text.match(WORD) || [];
/** @param {Entry} entry @returns {string} */
export const joined = (entry) => wordsOf(entry.say).map(folded).join("");
/** @param {Entry} entry @returns {string} */
const meaning = (entry) => `${entry.sort} ${entry.value}`;

/** Letters to change, add, drop or swap with the next: the smallest number that makes one of the other.
 *  @param {string} one @param {string} other @returns {number} */
export function slips(one, other) {
  const a = [...one];
  const b = [...other];
  /** @type {number[][]} */
  const rows = [b.map((_, j) => j).concat(b.length)];
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const other_ = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + other_);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, rows[i - 2][j - 2] + 1);
      rows[i].push(best);
    }
  }
  return rows[a.length][b.length];
}

/** @param {readonly Entry[]} entries @param {readonly string[]} window_ @returns {Set<string>} */
function meanings(entries, window_) {
  const said = window_.join("");
  const polite = window_.some((word) => COURTESY.has(word));
  return new Set(entries.filter((entry) => {
    const word = joined(entry);
    if (said === word) return true;
    const close = wordsOf(entry.say).length === window_.length && !polite && word.length >= SLIPS_FROM;
    return close && Math.abs(said.length - word.length) <= 1 && slips(said, word) <= 1;
  }).map(meaning));
}

/** @param {readonly Entry[]} entries @param {readonly string[]} words
 *  @returns {{start: number, end: number, said: Set<string>, slipped: boolean}[]} the longest phrase first; words are used once */
function cover(entries, words) {
  const widest = Math.max(0, ...entries.map((entry) => wordsOf(entry.say).length)) + 1;
  const found = [];
  let at = 0;
  while (at < words.length) {
    let step = 1;
    for (let width = Math.min(widest, words.length - at); width > 0; width--) {
      const window_ = words.slice(at, at + width);
      const said = meanings(entries, window_);
      if (said.size === 0) continue;
      const letters = window_.join("");
      const slipped = [...letters].length < SHORT && !entries.some((entry) => joined(entry) === letters);
      found.push({ start: at, end: at + width, said, slipped });
      step = width;
      break;
    }
    at += step;
  }
  return found;
}

/** @param {readonly Entry[]} entries @param {string} text @returns {Reading | null} null: it says no kind, no duress word */
export function read(entries, text) {
  const listed = entries.filter((entry) => joined(entry) !== "");
  const matches = [...text.matchAll(WORD)];
  const words = matches.map((match) => folded(match[0]));
  const found = cover(listed, words);
  const values = (/** @type {string} */ sort) => new Set(found.flatMap(({ said }) => [...said])
    .filter((one) => one.startsWith(`${sort} `)).map((one) => one.slice(sort.length + 1)));
  const [kinds, urgencies, zones, duress] = ["kind", "urgency", "zone", "duress"].map(values);
  if (kinds.size === 0 && duress.size === 0) return null;
  const coded = new Set(found.flatMap(({ start, end }) => words.slice(start, end).map((_, n) => start + n)));
  const denied = text.includes("?") || words.some((word, place) => DENIALS.has(word) && !coded.has(place));
  const torn = found.some(({ said }) => said.size > 1) || found.filter(({ slipped }) => slipped).length > MOST_SHORT_SLIPS;
  const single = (/** @type {Set<string>} */ set) => (set.size === 1 ? [...set][0] : null);
  const sure = single(kinds) !== null && single(urgencies) !== null && zones.size <= 1 && !denied && !torn;
  const hidden = found.filter(({ said }) => [...said].some((one) => one.startsWith("duress ")));
  const spans = hidden.map(({ start, end }) => {
    const last = matches[end - 1];
    return [Number(matches[start].index), Number(last.index) + last[0].length];
  });
  return { kind: single(kinds), urgency: single(urgencies), zone: single(zones), duress: hidden.length > 0, sure, rest: without(text, spans) };
}

/** @param {string} text @param {number[][]} spans @returns {string} without those words, and without the holes that would
 *  tell where they stood */
function without(text, spans) {
  if (spans.length === 0) return text;
  let left = text;
  for (const [start, end] of [...spans].reverse()) left = left.slice(0, start) + left.slice(end);
  left = left.replace(/\(\s*\)|"\s*"|«\s*»|“\s*”/g, "").replace(/\s*[,;:.](?:\s*[,;:.])*\s*([,;:.])/g, "$1");
  return left.replace(/\s+([,;:.])/g, "$1").replace(/[ \t]{2,}/g, " ").replace(/^[ ,;:]+|[ ,;:]+$/g, "");
}

/** What is wrong with a book, by the code of its sentence and the words it is about; empty: it may be used.
 *  @param {readonly Entry[]} entries @returns {{code: string, words: string[]}[]} */
export function faults(entries) {
  const listed = entries.filter((entry) => entry.say.trim() !== "");
  const found = [];
  for (const sort of ["kind", "urgency"]) if (!listed.some((entry) => entry.sort === sort)) found.push({ code: `no_${sort}`, words: [] });
  for (const entry of listed) {
    if (joined(entry).length < 3) found.push({ code: "short", words: [entry.say] });
    else if (COURTESY.has(joined(entry)) || DENIALS.has(joined(entry))) found.push({ code: "common", words: [entry.say] });
  }
  listed.forEach((one, i) => listed.slice(i + 1).forEach((other) => {
    if (meaning(one) !== meaning(other) && tooAlike(joined(one), joined(other))) found.push({ code: "alike", words: [one.say, other.say] });
  }));
  return found;
}

/** Two meanings one slip apart, or one inside the other, would be nobody's guess. @param {string} a @param {string} b */
const tooAlike = (a, b) => slips(a, b) <= 1 || a.includes(b) || b.includes(a);

const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");

/** Letters that would not arrive as they are, or make the SMS dear. @param {string} text @returns {string[]} each once */
export const foreign = (text) => [...new Set([...text].filter((letter) => !GSM.has(letter)))];

/** Whether a reply says more than it may: a word of the book, an address, or too much for one SMS.
 *  @param {string} reply @param {readonly Entry[]} entries @returns {string} a code, or "" */
export function replyFault(reply, entries) {
  if (reply.trim() === "") return "";
  if (foreign(reply).length > 0) return "reply_letters";
  if ([...reply].length > 160) return "reply_long";
  if (/https?:|www\.|\.(?:org|com|net|co)\b|@/i.test(reply)) return "reply_link";
  const said = cover(entries.filter((entry) => joined(entry) !== ""), wordsOf(reply).map(folded));
  return said.length > 0 ? "reply_code" : "";
}
