// @ts-check
// The text model of version 1: how likely each letter is after the two before it, and a range coder over whole numbers.
// The same as sealing/sms/model.py, which says how it works. Only whole numbers below 2^53, and BigInt.
import { MODEL } from "../../vendor/smsmodel.js";
import { SealingError } from "../errors.js";
import { toBytes, toNumber } from "./fivebit.js";
import { LETTERS } from "./letters.js";

const SCALE = 16384;
// What a level in the file stands for: A 1, B 2, C 3…
const LEVELS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 320, 384, 512, 640];
const COUNT = LETTERS.length;
const START = COUNT - 1; // a text begins as a line does: after the new line, which is the last letter

/** How much of SCALE each letter has, and where its share begins. @typedef {{shares: number[], begins: number[]}} Row */
/** @typedef {Map<number, number>} Counts letter → how often */

/** @type {Map<number, Counts>} pair → counts */
const counts = new Map();
/** @type {Counts[]} */
const sums = Array.from({ length: COUNT }, () => new Map());
/** @type {Map<number, Row>} */
const rows = new Map();
/** @type {number[][]} */
const afterOne = [];
/** @type {number[]} */
let afterNone = [];

function load() {
  let cell = -1;
  for (const [, step, level] of MODEL.matchAll(/([0-9a-z]+)([A-Z])/g)) {
    cell += parseInt(step, 36);
    const pair = Math.floor(cell / COUNT);
    const letter = cell % COUNT;
    const count = LEVELS[level.charCodeAt(0) - 65];
    const following = counts.get(pair) || new Map();
    counts.set(pair, following.set(letter, count));
    const sum = sums[pair % COUNT];
    sum.set(letter, (sum.get(letter) || 0) + count);
  }
  const total = new Array(COUNT).fill(1);
  for (const sum of sums) for (const [letter, count] of sum) total[letter] += count;
  afterNone = scaled(total);
}

/** The more letters were seen here, the more likely is one that was not.
 *  @param {Counts} seen @param {number[]} wider @param {number} weight */
function mixed(seen, wider, weight) {
  const unseen = weight * seen.size + 1;
  return wider.map((share, letter) => (seen.get(letter) || 0) * SCALE + unseen * share);
}

/** @param {number[]} weights @returns {number[]} shares of SCALE - 1 in proportion, none less than 1; what rounding
 *  leaves goes to the first largest */
function scaled(weights) {
  const free = SCALE - 1 - COUNT;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => 1 + Math.floor((weight * free) / total));
  const given = shares.reduce((sum, share) => sum + share, 0);
  shares[shares.indexOf(Math.max(...shares))] += SCALE - 1 - given;
  return shares;
}

/** @param {number} before @param {number} last @returns {Row} */
export function row(before, last) {
  if (afterNone.length === 0) load();
  const pair = before * COUNT + last;
  const known = rows.get(pair);
  if (known) return known;
  afterOne[last] = afterOne[last] || scaled(mixed(sums[last], afterNone, 1));
  const shares = scaled(mixed(counts.get(pair) || new Map(), afterOne[last], 2));
  let at = 1; // slot 0 is nobody's: a number that is not zero always has a letter in it
  const begins = shares.map((share) => (at += share) - share);
  rows.set(pair, { shares, begins });
  return { shares, begins };
}

/** @param {string} text @param {number} room bytes @returns {Bytes | null} null: too long, or a letter without a place */
export function encode(text, room) {
  const places = [START, START, ...Array.from(text, (letter) => LETTERS.indexOf(letter))];
  if (places.includes(-1)) return null;
  const most = 1n << BigInt(8 * room);
  const scale = BigInt(SCALE);
  let number = 0n;
  for (let at = places.length - 1; at > 1; at--) {
    const { shares, begins } = row(places[at - 2], places[at - 1]);
    const share = BigInt(shares[places[at]]);
    number = (number / share) * scale + BigInt(begins[places[at]]) + (number % share);
    if (number >= most) return null;
  }
  return toBytes(number, room);
}

/** @param {Bytes} value @returns {string} throws "sms_damaged" for what `encode` never gives */
export function decode(value) {
  const scale = BigInt(SCALE);
  let number = toNumber(value);
  let text = "";
  let [before, last] = [START, START];
  while (number !== 0n) {
    const { shares, begins } = row(before, last);
    const slot = Number(number % scale);
    if (slot === 0) throw new SealingError("sms_damaged"); // no letter's
    const after = begins.findIndex((begin) => begin > slot);
    const letter = (after < 0 ? COUNT : after) - 1;
    number = (number / scale) * BigInt(shares[letter]) + BigInt(slot - begins[letter]);
    text += LETTERS[letter];
    [before, last] = [last, letter];
  }
  return text;
}
