// @ts-check
// After a new way in: my key signs what the server asks, so that a steward alone can be nobody else.
import { signText } from "../sealing/signing.js";
import { postAndGo } from "./api.js";
import { facts, one, onSubmit, refuse } from "./dom.js";
import { unlocked } from "./unlock.js";

onSubmit(one("[data-begin]"), async () => {
  const { bundle } = await unlocked();
  if (!bundle) throw refuse("failed");
  const { signature } = signText("proof", facts("challenge"), bundle.ed25519);
  await postAndGo(location.pathname, { signature });
});
