// @ts-check
// What a sheet, a voice or a boatman says in a collective's books, and how a member answers in them. Pure but for a hash.
import { checkCharacter, sha256, toCrockford, utf8 } from "../sealing/bytes.js";
import { foreign, joined, read } from "./words.js";

/** @typedef {import("./words.js").Entry} Entry */
/** @typedef {import("./words.js").Reading} Reading */
/** A codebook opened here. @typedef {{id: string, municipality: string, entries: Entry[], only: boolean, duress: string,
 *    mark: string}} Book */

const MARK = 4;

/** What stands at the foot of a sheet: it says of which words and zones its numbers and letters are, and nothing else.
 *  @param {readonly Entry[]} entries @param {readonly string[]} zones ids in the order of their letters
 *  @returns {Promise<string>} */
export async function markOf(entries, zones) {
  const said = JSON.stringify([entries.map(({ say, sort, value }) => [say, sort, value]), zones]);
  const plain = toCrockford((await sha256(utf8(said))).subarray(0, 5)).slice(0, MARK - 1);
  return plain + checkCharacter(plain);
}

/** @param {string} typed @returns {string} as it is printed: small letters, spaces and look-alikes undone */
export const plainMark = (typed) => typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");

/** The words of ticked boxes. @param {readonly Entry[]} entries in the order of their numbers @param {string} typed
 *  @returns {{say: string, wrong: string[]}} `wrong`: what is no box of this sheet */
export function boxesSaid(entries, typed) {
  const numbers = typed.split(/[\s,.;-]+/).filter(Boolean);
  const known = numbers.map((number) => (/^\d{1,2}$/.test(number) ? entries[Number(number) - 1] : undefined));
  return { say: known.map((entry) => (entry ? entry.say : "")).filter(Boolean).join(" "), wrong: numbers.filter((_, at) => !known[at]) };
}

/** As the gateway does where two books of one collective are in use (gateway/books.py): what they read differently is
 *  nobody's guess. @template {{entries: Entry[]}} B @param {readonly B[]} books the present one first
 *  @param {string} text @returns {{book: B, reading: Reading} | null} */
export function readAll(books, text) {
  /** @type {{book: B, reading: Reading}[]} */
  const found = [];
  for (const book of books) {
    const reading = read(book.entries, text);
    if (reading) found.push({ book, reading });
  }
  if (found.length === 0) return null;
  const [first] = found;
  const codes = (/** @type {Reading} */ { kind, urgency, zone }) => `${kind} ${urgency} ${zone}`;
  if (found.every(({ reading }) => codes(reading) === codes(first.reading))) return first;
  const forced = found.find(({ reading }) => reading.duress) || first;
  return { book: forced.book, reading: { ...forced.reading, kind: null, urgency: null, zone: null, sure: false } };
}

/** What may be said with a book: every word but those of somebody who is forced.
 *  @param {readonly Entry[]} entries @returns {Entry[]} */
export const sayable = (entries) => entries.filter(({ sort, say }) => sort !== "duress" && joined({ say, sort, value: "" }) !== "");

/** A text in the letters that plain SMS carry: á as a, ñ as it is (gateway/gsm.py does the same at the last moment).
 *  @param {string} text @returns {string} */
export function plainSms(text) {
  const away = new Set(foreign(text));
  const near = (/** @type {string} */ letter) => letter.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  return [...text].map((letter) => (away.has(letter) ? near(letter) : letter)).join("").replace(/\s+/g, " ").trim();
}

/** A phrase in a collective's own words. @param {readonly Entry[]} entries @param {readonly number[]} chosen places in
 *  `sayable(entries)`, in the order in which they are said @returns {{text: string, means: Reading | null}} what the
 *  collective would read in it by the same rules */
export function phrase(entries, chosen) {
  const words = sayable(entries);
  const text = plainSms(chosen.map((place) => (words[place] ? words[place].say : "")).filter(Boolean).join(" "));
  return { text, means: read(entries, text) };
}
