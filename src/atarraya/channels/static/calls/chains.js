// @ts-check
// Gives each sealed list of the page its name, where this member's key opens it.
import { facts, one } from "../network/dom.js";
import { unlocked } from "../network/unlock.js";
import { fromB64 } from "../sealing/bytes.js";
import { openEnvelope } from "../sealing/envelope.js";

const closed = /** @type {HTMLTemplateElement} */ (one('template[data-say="closed"]')).content.textContent || "";

async function name() {
  const keyring = await unlocked();
  for (const { id, sealed } of facts()) {
    const payload = await openEnvelope(fromB64(sealed), keyring.identities);
    one(`[data-chain="${id}"]`).textContent = payload === null ? closed : String(payload.title);
  }
  keyring.onChange(() => keyring.state !== "open" && location.reload());
}

void name();
