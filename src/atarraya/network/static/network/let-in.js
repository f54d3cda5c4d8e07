// @ts-check
// The words are compared here, in the keyholder's browser; then the circles' keys are wrapped to exactly that key.
import { sealBundleTo } from "../sealing/bundle.js";
import { toB64 } from "../sealing/bytes.js";
import { postAndGo } from "./api.js";
import { all, facts, input, one, onSubmit, refuse, step } from "./dom.js";
import { unlocked } from "./unlock.js";
import { sameWords, voiceWords } from "./voice.js";

/** @param {any} circle @param {string} recipient @param {boolean} earlier @returns {Promise<Record<number, string>>} */
export async function wrapCircle(circle, recipient, earlier) {
  /** @type {Record<number, string>} */
  const wrapped = {};
  for (const { number, bundle } of circle.epochs) {
    if (earlier || number === circle.current) wrapped[number] = toB64(await sealBundleTo(bundle, recipient));
  }
  if (!wrapped[circle.current]) throw refuse("no_circle");
  return wrapped;
}

/** Ask for the words heard and compare them with the key's own. Steps "compare" and "hand" of the page.
 *  @param {() => {age: string, ed25519: string}} half */
export function compare(half) {
  onSubmit(one("[data-step=compare] form"), async () => {
    if (!sameWords(input("[name=heard]").value, await voiceWords(half()))) throw refuse("other_words");
    step("hand");
  });
}

const page = document.querySelector("[data-let-in]");
if (page) {
  const half = facts("half");
  compare(() => half);
  onSubmit(one("[data-step=hand] form"), async () => {
    const chosen = all("[name=circles]").filter((box) => /** @type {HTMLInputElement} */ (box).checked);
    const ids = chosen.map((box) => /** @type {HTMLInputElement} */ (box).value);
    const earlier = input("[name=earlier]").checked;
    /** @type {Record<string, any>} */
    const wrapped = {};
    if (ids.length > 0) {
      const keyring = await unlocked();
      for (const id of ids) {
        const circle = keyring.circles.find((one) => one.id === id);
        if (!circle) throw refuse("no_circle");
        wrapped[id] = await wrapCircle(circle, half.age, earlier);
      }
    }
    await postAndGo(location.pathname, { wrapped, recipient: half.age });
  });
}
