// @ts-check
// Signing an inbox's recipient list with the key of a circle that the list before names.
import { newId } from "../sealing/bytes.js";
import { listDocument, signList } from "../sealing/lists.js";
import { refuse } from "./dom.js";

/** @returns {string} today by this browser's clock */
export function today() {
  const now = new Date();
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Keys of sealed SMS and of ODK forms are said only where a circle has one.
 *  @param {any} fields @param {{sms: (string | null)[], odk: (string | null)[]}} keys of each recipient */
export function withKeys(fields, keys) {
  const { sms, odk, ...rest } = fields;
  for (const [name, said] of Object.entries(keys)) if (said.some((key) => key !== null)) rest[name] = said;
  return rest;
}

/** @param {any} fields what the list must say, without its day
 *  @param {readonly {ed25519: string}[]} bundles @returns {any} the signed list */
export function signedList(fields, bundles) {
  const { v, ...rest } = fields;
  if (v !== 1) throw refuse("failed");
  return signList(listDocument({ ...rest, day: today() }), bundles);
}

/** @param {any} fields @param {{ed25519: string}} bundle @returns {{id: string, list: any}} a new inbox and its list 1 */
export function firstList(fields, bundle) {
  const id = newId();
  return { id, list: signedList({ ...fields, inbox: id }, [bundle]) };
}
