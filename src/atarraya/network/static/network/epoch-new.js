// @ts-check
// The next key of a circle, for those who are in it now, and the lists that tell phones to use it.
import { newCircleBundle, publicHalf, sealBundleTo } from "../sealing/bundle.js";
import { toB64 } from "../sealing/bytes.js";
import { odkHash } from "../sealing/lists.js";
import { postAndGo } from "./api.js";
import { facts, one, onSubmit, refuse } from "./dom.js";
import { signedList, withKeys } from "./lists-sign.js";
import { unlocked } from "./unlock.js";

const { circle, offline_recipient, people, lists } = facts();
/** @type {any} */
let made = null; // kept, so that a second try after a broken line sends the same key

onSubmit(one("[data-begin]"), async () => {
  const keyring = await unlocked();
  const mine = keyring.circles.find((one) => one.id === circle);
  if (!mine || !mine.bundle) throw refuse("no_circle");
  if (!made) made = await make(mine.bundle);
  await postAndGo(location.pathname, made);
});

/** @param {import("../sealing/bundle.js").Bundle} old */
async function make(old) {
  const bundle = await newCircleBundle();
  const half = await publicHalf(bundle);
  /** @type {Record<string, string>} */
  const wrapped = { offline: toB64(await sealBundleTo(bundle, offline_recipient)) };
  for (const { id, recipient } of people) wrapped[id] = toB64(await sealBundleTo(bundle, recipient));
  /** @type {Record<string, any>} */
  const signed = {};
  for (const [inbox, { fields, place }] of Object.entries(/** @type {Record<string, any>} */ (lists))) {
    const next = { ...fields, recipients: [...fields.recipients], signers: [...fields.signers] };
    next.recipients[place] = half.age;
    next.signers[place] = half.ed25519;
    const none = next.recipients.map(() => null);
    const keys = { sms: [...(fields.sms || none)], odk: [...(fields.odk || none)] };
    keys.sms[place] = half.sms || null;
    keys.odk[place] = await odkHash(half.odk);
    signed[inbox] = signedList(withKeys(next, keys), [old]);
  }
  return { public: half, wrapped, lists: signed };
}
