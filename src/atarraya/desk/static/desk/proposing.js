// @ts-check
// Sends what one member asks for: a promise of exact words, and the words sealed to those who may agree.
import { sealEnvelope } from "../sealing/envelope.js";
import { commit } from "../sealing/commitment.js";
import { toBase64 } from "./notes.js";
import { post } from "./api.js";

/** @typedef {import("./keys.js").Keys} Keys */
/** @typedef {{guard: string, what: string}} Found */

/** @param {string} address @param {Keys} keys
 *  @param {{act: string, text: object, municipality: string, alert: string | null, version: number, discreet?: boolean,
 *    found?: readonly Found[], reason?: string, alias: string}} asked
 *  @returns {Promise<{id: string}>} */
export async function propose(address, keys, asked) {
  const inbox = keys.mainInbox();
  const { recipients, number, purposes } = keys.list(inbox);
  const { salt, text, hash } = await commit(asked.text);
  const payload = {
    v: /** @type {1} */ (1), type: "draft", salt, text, by: asked.alias,
    found: (asked.found || []).map(({ guard, what }) => ({ guard, what })), reason: asked.reason || "",
  };
  // Everybody who may agree can read it, on their own device; the women's team is not one of them.
  const addressed = purposes.map((purpose) => purpose !== "WOMEN");
  const sealed = await sealEnvelope({ payload, recipients, addressed });
  return post(address, {
    act: asked.act, inbox, number, municipality: asked.municipality, alert: asked.alert, version: asked.version,
    commitment: hash, sealed: toBase64(sealed),
  });
}

/** Seal a reason for setting a guard aside. @param {Keys} keys @param {string} inbox @param {string} reason
 *  @returns {Promise<string>} standard base64 */
export async function sealReason(keys, inbox, reason) {
  const { recipients, purposes } = keys.list(inbox);
  const payload = { v: /** @type {1} */ (1), type: "note", act: "override", text: reason };
  const addressed = purposes.map((purpose) => purpose !== "WOMEN");
  return toBase64(await sealEnvelope({ payload, recipients, addressed }));
}
