// @ts-check
// Which circles serve an inbox, in which order: the next list, signed by a key of the present one.
import { postAndGo } from "./api.js";
import { all, facts, one, onSubmit, refuse } from "./dom.js";
import { signedList, withKeys } from "./lists-sign.js";
import { unlocked } from "./unlock.js";

const { fields, epochs, present } = facts();

onSubmit(one("[data-begin]"), async () => {
  const chosen = all("[name=circles]").filter((box) => /** @type {HTMLInputElement} */ (box).checked);
  const ticked = chosen.map((box) => /** @type {HTMLInputElement} */ (box).value);
  // Who is there keeps their order among the stanzas; who is new comes last.
  const kept = present.filter((/** @type {string} */ id) => ticked.includes(id));
  const ids = [...kept, ...ticked.filter((id) => !kept.includes(id))];
  if (ids.length < 1 || ids.length > 6) throw refuse("circles");
  const keyring = await unlocked();
  const signers = keyring.circles.filter((circle) => {
    const epoch = circle.epochs.find((/** @type {any} */ one) => one.number === circle.current);
    return epoch && epoch.bundle && fields.signers.includes(epoch.signing_key);
  });
  if (signers.length === 0) throw refuse("no_circle");
  const chosenKeys = { recipients: ids.map((id) => epochs[id].age), signers: ids.map((id) => epochs[id].ed25519) };
  const said = { sms: ids.map((id) => epochs[id].sms), odk: ids.map((id) => epochs[id].odk) };
  const next = withKeys({ ...fields, ...chosenKeys }, said);
  const list = signedList(next, signers.map((circle) => circle.bundle));
  await postAndGo(location.pathname, { circles: ids, list });
});
