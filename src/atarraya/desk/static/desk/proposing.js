// @ts-check
// Sends what one member asks for: a promise of exact words, and the words sealed to those who may agree.
import { sealEnvelope } from "../sealing/envelope.js";
import { commit } from "../sealing/commitment.js";
import { toBase64 } from "./notes.js";
import { post } from "./api.js";
import { fromTemplate, one, replace } from "./dom.js";
import { guardsOf } from "./guards.js";
import { say, word } from "./words.js";

/** @typedef {import("./keys.js").Keys} Keys */
/** @typedef {{guard: string, what: string}} Found */

/** `threads` are the reports it is about and `mine` the members who said that it concerns them: both inside the seal.
 *  @param {string} address @param {Keys} keys
 *  @param {{act: string, text: object, municipality: string, alert: string | null, version: number, alias: string,
 *    threads: readonly string[], mine?: readonly string[], found?: readonly Found[], reason?: string}} asked
 *  @returns {Promise<{id: string}>} */
export async function propose(address, keys, asked) {
  const inbox = keys.mainInbox();
  const { recipients, number, purposes } = keys.list(inbox);
  const { salt, text, hash } = await commit(asked.text);
  const payload = {
    v: /** @type {1} */ (1), type: "draft", salt, text, by: asked.alias, about: asked.threads, mine: asked.mine || [],
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

/** Who is missing, and who can be it.
 *  @param {number} others how many @param {string} role in words @param {readonly string[]} who aliases @returns {string} */
export function missing(others, role, who) {
  const can = who.length > 0 ? say("can_be", { who: who.join(", ") }) : say("nobody_can");
  return `${say(others === 2 ? "two_more" : "one_more", { role })} ${can}`;
}

/** Show what stops a text, and ask why it must be said all the same.
 *  @param {HTMLElement} root of the form @param {{summary: string, zone: string | null, zoneMayShow: boolean, consent: boolean}} draft
 *  @param {{names: readonly string[], places: readonly string[]}} lists
 *  @returns {{found: Found[], reason: string} | null} null: it may not be asked for yet */
export function guarded(root, draft, lists) {
  const found = guardsOf(draft, lists);
  replace(one(root, ".guards"), found.map(({ guard, what }) => fromTemplate("t-guard", { text: word("guards", guard), what })));
  const place = /** @type {HTMLElement} */ (one(root, ".reason"));
  const field = /** @type {HTMLTextAreaElement} */ (one(place, "textarea"));
  if (found.length > 0 && place.hidden) {
    place.hidden = false;
    field.focus();
  }
  const reason = field.value.trim();
  if (found.length > 0 && (reason === "" || found.some(({ guard }) => guard === "length"))) return null;
  return { found, reason: found.length > 0 ? reason : "" };
}

/** Seal a reason for setting a guard aside. @param {Keys} keys @param {string} inbox @param {string} reason
 *  @returns {Promise<string>} standard base64 */
export async function sealReason(keys, inbox, reason) {
  const { recipients, purposes } = keys.list(inbox);
  const payload = { v: /** @type {1} */ (1), type: "note", act: "override", text: reason };
  const addressed = purposes.map((purpose) => purpose !== "WOMEN");
  return toBase64(await sealEnvelope({ payload, recipients, addressed }));
}
