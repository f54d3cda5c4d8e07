// @ts-check
// What of a report goes into one closed SMS, and how much text still has room, by the codec itself. Pure.
import { step } from "../../sealing/sms/head.js";
import { plain } from "../../sealing/sms/letters.js";
import { fits, ROOM } from "../../sealing/sms/message.js";
import { encode } from "../../sealing/sms/model.js";

/** What it needs of a person's answers.
 *  @typedef {{id: string, kind: string, municipality: string, zone: string | null, urgency: string, needs: string,
 *    when: string, part: string, who: string, bands: string, seen: string, text: string}} Answers */
/** @typedef {import("../../sealing/sms/head.js").Head} Head */
/** `left`: about how many letters more; `over`: how many must go; `kept`: what of it has room.
 *  @typedef {{text: string, left: number, over: number, kept: string}} Measured */

// The first step of the head's count that is of the band: whoever opens it tells the same band.
const LEAST = /** @type {Record<string, number>} */ ({ "1-5": 1, "6-20": 6, "21-100": 22, "100+": 102 });
const PLACE = /^[0-9]{5}$/;
const USUAL = 3.2; // bits a letter of Spanish takes, until a text has its own

/** @param {Answers} a @param {number} written ms @param {{wish: boolean, cut: boolean}} how `wish`: to be told to others
 *  @returns {Head} */
export function headOf(a, written, { wish, cut }) {
  const flags = [a.seen, wish ? "SHARE" : "", cut ? "CUT" : ""].filter(Boolean);
  return {
    kind: a.kind,
    municipality: PLACE.test(a.municipality) ? a.municipality : "",
    time: step(Math.floor(written / 1000)),
    urgency: a.urgency,
    count: LEAST[a.bands] || 0,
    groups: [a.who || "COMMUNITY"],
    flags,
  };
}

/** @param {string} text in letters that fit @returns {number} bits it takes in the model; more than there are if it has no room */
function bits(text) {
  const coded = encode(text, ROOM);
  if (coded === null) return Infinity;
  const first = coded.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (ROOM - first) * 8 - Math.clz32(coded[first]) + 24;
}

/** @param {string} typed @returns {Measured} */
export function measure(typed) {
  const text = plain(typed);
  if (fits(text)) {
    const taken = bits(text);
    const each = text.length < 20 || taken === Infinity ? USUAL : Math.max(USUAL, taken / text.length);
    return { text, left: taken === Infinity ? 0 : Math.floor((ROOM * 8 - taken) / each), over: 0, kept: text };
  }
  // A longer beginning takes more, but for a few bits: found by halves, then letter by letter.
  let [least, most] = [0, Math.min(text.length, 400)];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (fits(text.slice(0, middle))) least = middle;
    else most = middle - 1;
  }
  return { text, left: 0, over: text.length - least, kept: text.slice(0, least) };
}

/** @param {string} kept @returns {string} without the word that was cut, if most of it stays */
export function whole(kept) {
  const at = kept.lastIndexOf(" ");
  return (at > kept.length - 20 && at > 0 ? kept.slice(0, at) : kept).trim();
}

/** @param {string} letters @returns {string} in groups of four, to be said or copied by hand */
export const grouped = (letters) => (letters.match(/.{1,4}/g) || []).join(" ");
