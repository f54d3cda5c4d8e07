// @ts-check
// What a sealed SMS says in codes: 64 bits. The same as sealing/sms/head.py. Lists of codes are frozen with version 1;
// they only grow at their end.
import { SealingError } from "../errors.js";
import { toBytes, toNumber } from "./fivebit.js";

/** `kind`, `municipality` (five digits), `urgency`: "" when not said. `time`: a step. `count`: at least so many, 0 none.
 *  @typedef {{kind: string, municipality: string, time: number, urgency: string, count: number, groups: string[],
 *    flags: string[]}} Head */

const KINDS = [
  "ARMED_PRESENCE", "CONFINEMENT", "ARMED_STRIKE", "MOVEMENT_BAN", "COMBAT", "MINES_UXO", "KILLING", "MASSACRE",
  "ATTEMPT", "DISAPPEARANCE", "KIDNAP", "TORTURE", "RECRUITMENT", "SEXUAL_VIOLENCE", "GBV_OTHER", "THREAT",
  "CONTROL_NORMS", "PAMPHLET_GENERAL", "SCHOOL_HEALTH", "HARASS_SURV", "STIGMATISATION", "EXTORTION",
  "DIGITAL_ATTACK", "REPRISAL_REPORT", "CRIMINALISATION", "HOME_OFFICE_RAID", "INFO_THEFT", "DETENTION",
  "MASS_DISPL", "FORCED_DISPL_IND", "TERRITORY", "ELECTORAL", "OTHER",
];
const URGENCIES = ["NOW", "DAYS", "KNOW"];
const GROUPS = [
  "COMMUNITY", "FAMILY", "PERSON", "CHILDREN", "WOMEN", "ELDERS", "INDIGENOUS", "BLACK", "PEASANT", "DEFENDERS",
  "LGBTI", "SICK",
];
// The last flag is the message's own: its text is in codes of five bits. CUT: the end of the text did not fit.
const FLAGS = ["SAW", "TOLD", "SHARE", "CUT", "", "FIVE"];
const QUARTER = 900; // seconds in a step of time
const STEPS = 32768; // 341 days, then it begins again
const AHEAD = 96; // a phone's clock may be a day ahead
/** @type {[string, number][]} */
const WIDTHS = [["kind", 6], ["municipality", 17], ["time", 15], ["urgency", 2], ["count", 6], ["groups", 12], ["flags", 6]];
export const SIZE = 8;

// How many people "at least": exact to 20, then in steps of an eighth.
const COUNTS = Array.from({ length: 21 }, (_, count) => count);
while (COUNTS.length < 64) COUNTS.push(COUNTS[COUNTS.length - 1] + Math.floor(COUNTS[COUNTS.length - 1] / 8));

/** @param {number} seconds since 1970 @returns {number} the step of that moment */
export const step = (seconds) => Math.floor(seconds / QUARTER) % STEPS;

/** @param {number} time a step @param {number} arrived seconds since 1970 @returns {number} seconds since 1970 that the
 *  step means in a message that arrived then: the last such, or a day ahead */
export function moment(time, arrived) {
  const latest = Math.floor(arrived / QUARTER) + AHEAD;
  return (latest - ((((latest - time) % STEPS) + STEPS) % STEPS)) * QUARTER;
}

/** @param {Head} head @returns {Bytes} eight; throws "sms_damaged" for a code, place or time that is none */
export function pack({ kind, municipality, time, urgency, count, groups, flags }) {
  if (!/^[0-9]{5}$/.test(municipality || "00000") || !(Number.isInteger(time) && time >= 0 && time < STEPS)) {
    throw new SealingError("sms_damaged");
  }
  const values = [
    index(KINDS, kind), Number(municipality), time, index(URGENCIES, urgency),
    COUNTS.reduce((place, least, at) => (least <= count ? at : place), 0), bits(GROUPS, groups), bits(FLAGS, flags),
  ];
  let number = 0n;
  WIDTHS.forEach(([, width], place) => (number = (number << BigInt(width)) | BigInt(values[place])));
  return toBytes(number, SIZE);
}

/** @param {Bytes} value eight @returns {Head} throws "sms_damaged" when they say what `pack` never does */
export function unpack(value) {
  let number = toNumber(value);
  /** @type {Record<string, number>} */
  const values = {};
  for (const [name, width] of [...WIDTHS].reverse()) {
    values[name] = Number(number & ((1n << BigInt(width)) - 1n));
    number >>= BigInt(width);
  }
  const flags = named(FLAGS, values.flags);
  if (values.kind > KINDS.length || values.municipality > 99999 || flags.includes("")) throw new SealingError("sms_damaged");
  return {
    kind: ["", ...KINDS][values.kind],
    municipality: values.municipality ? String(values.municipality).padStart(5, "0") : "",
    time: values.time,
    urgency: ["", ...URGENCIES][values.urgency],
    count: COUNTS[values.count],
    groups: named(GROUPS, values.groups),
    flags,
  };
}

/** @param {string[]} codes @param {string} code @returns {number} */
function index(codes, code) {
  if (code !== "" && !codes.includes(code)) throw new SealingError("sms_damaged");
  return code === "" ? 0 : codes.indexOf(code) + 1;
}

/** @param {string[]} names @param {string[]} said @returns {number} */
function bits(names, said) {
  if (said.some((name) => name === "" || !names.includes(name))) throw new SealingError("sms_damaged");
  return names.reduce((sum, name, place) => sum + (said.includes(name) ? 2 ** place : 0), 0);
}

/** @param {string[]} names @param {number} set @returns {string[]} */
const named = (names, set) => names.filter((_, place) => (set >> place) & 1);
