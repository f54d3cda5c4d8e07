// @ts-check
// The circle's list of names that no text may carry: opened here, changed here, kept sealed to the circle alone.
import { openEnvelope, sealEnvelope } from "../sealing/envelope.js";
import { get, post, sentence } from "./api.js";
import { fill, fromTemplate, one, onPress } from "./dom.js";
import { toBase64 } from "./notes.js";
import { fromBase64 } from "./store.js";
import { say } from "./words.js";

/** @typedef {{addresses: Record<string, string>, keys: import("./keys.js").Keys, names: Map<string, string[]>,
 *    back: () => void}} Desk */

/** @param {Desk} desk @returns {Promise<Map<string, string[]>>} names by circle */
export async function loadNames(desk) {
  const { body } = await get(desk.addresses.names);
  const found = new Map();
  for (const { circle, sealed } of body.names) {
    const mine = desk.keys.circles.find(({ id }) => id === circle);
    const keys = mine ? mine.epochs.map(({ bundle }) => bundle.age) : [];
    const payload = await openEnvelope(fromBase64(sealed), keys).catch(() => null);
    if (payload && Array.isArray(payload.names)) found.set(circle, payload.names.map(String));
  }
  return found;
}

/** @param {Desk} desk @returns {HTMLElement} */
export function namesView(desk) {
  const root = fromTemplate("t-names");
  const circle = desk.keys.circles.find(({ purpose }) => purpose === "VERIFIERS") || desk.keys.circles[0];
  const field = /** @type {HTMLTextAreaElement} */ (one(root, "textarea"));
  field.value = ((circle && desk.names.get(circle.id)) || []).join("\n");
  root.addEventListener("submit", (event) => event.preventDefault());
  onPress(one(root, "[data-do=back]"), async () => desk.back());
  onPress(one(root, "button.main"), async () => {
    const names = [...new Set(field.value.split("\n").map((line) => line.trim()).filter((line) => line !== ""))];
    try {
      await keep(desk, circle, names);
      fill(root, { refused: "", kept: say("names_kept", { count: names.length }) });
    } catch (error) {
      fill(root, { refused: sentence(error), kept: "" });
    }
  });
  return root;
}

/** @param {Desk} desk @param {import("./keys.js").Circle} circle @param {string[]} names */
async function keep(desk, circle, names) {
  const present = circle.epochs[circle.epochs.length - 1].recipient;
  const sealed = await sealEnvelope({ payload: { v: 1, type: "note", act: "names", names }, recipients: [present], addressed: [true] });
  await post(desk.addresses.names, { circle: circle.id, sealed: toBase64(sealed) });
  desk.names.set(circle.id, names);
}
