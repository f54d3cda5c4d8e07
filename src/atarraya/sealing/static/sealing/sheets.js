// @ts-check
// A circle's offline identity on three sheets, any two of which give it back. A sheet is 56 characters: a share of
// the 32-byte secret (33 bytes), one byte of its recipient's hash that tells whose sheet it is, a check character.
import { bech32, identityToRecipient } from "../vendor/age.js";
import { combine, split as share } from "../vendor/shamir.js";
import { concat, fromChecked, sha256, toChecked, utf8 } from "./bytes.js";
import { SealingError } from "./errors.js";

export const SHEETS = 3;
export const NEEDED = 2;
const LENGTH = 34;

/** @param {string} recipient @returns {Promise<Bytes>} one byte */
const mark = async (recipient) => (await sha256(utf8(recipient))).subarray(0, 1);

/** @param {string} identity AGE-SECRET-KEY-1… @returns {Promise<string[]>} three texts to print */
export async function split(identity) {
  const { bytes } = bech32.decodeToBytes(identity);
  const owner = await mark(await identityToRecipient(identity));
  const shares = await share(Uint8Array.from(bytes), SHEETS, NEEDED);
  return shares.map((one) => toChecked(concat(one, owner)));
}

/** @param {readonly string[]} sheets two or three, as typed @param {string} recipient what the circle's page shows
 *  @returns {Promise<string>} the identity; throws code "check" (a slip), "sheet_other" (not of this circle),
 *  "sheet_twice" (the same sheet) or "sheet_count" */
export async function join(sheets, recipient) {
  if (sheets.length < NEEDED || sheets.length > SHEETS) throw new SealingError("sheet_count");
  const read = sheets.map((sheet) => fromChecked(sheet, LENGTH));
  const [owner] = await mark(recipient);
  if (read.some((bytes) => bytes[LENGTH - 1] !== owner)) throw new SealingError("sheet_other");
  if (new Set(read.map((bytes) => bytes[LENGTH - 2])).size !== read.length) throw new SealingError("sheet_twice");
  const secret = await combine(read.map((bytes) => bytes.slice(0, LENGTH - 1)));
  const identity = bech32.encodeFromBytes("AGE-SECRET-KEY-", secret).toUpperCase();
  if ((await identityToRecipient(identity)) !== recipient) throw new SealingError("sheet_other");
  return identity;
}
