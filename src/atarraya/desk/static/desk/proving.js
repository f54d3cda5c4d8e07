// @ts-check
// Works out which account each thing said with five words belongs to.
import { claimHash } from "../sealing/receipt.js";
import { isClaim } from "./claims.js";

/** What an envelope itself says of that is not believed: only the words give the claim that hashes to an account's.
 *  @param {Iterable<import("./claims.js").Said>} entries */
export async function prove(entries) {
  for (const entry of entries) {
    if (!isClaim(entry) || entry.claimed !== undefined) continue;
    entry.claimed = await claimHash(/** @type {any} */ (entry.payload).claim).catch(() => "");
  }
}
