// @ts-check
// What is said with a report's five words after it was sent: that it was a false alarm. Only the words give the claim;
// which account they belong to is found here, on the desk, and is written nowhere (decision 7).

/** What of an entry matters here. @typedef {{payload: {type: string, [member: string]: any} | null, claimed?: string}} Said */

/** @param {Said} entry @returns {boolean} */
export const isClaim = ({ payload }) => payload !== null && payload.type === "note" && payload.act === "false_alarm";

/** Put each claim under the account that carries its hash, once: said twice it weighs no more. A claim that fits none is
 *  left out: wrong words make such ones, and so does a report that is not here.
 *  @template {Said} Entry
 *  @param {Iterable<{account: {[member: string]: any} | null, notes: Entry[], denied: boolean}>} threads
 *  @param {readonly Entry[]} claims */
export function joinClaims(threads, claims) {
  for (const thread of threads) {
    const hash = thread.account && thread.account.claim_hash;
    const claim = typeof hash === "string" ? claims.find(({ claimed }) => claimed === hash) : undefined;
    if (!claim) continue;
    thread.denied = true;
    thread.notes.push(claim);
  }
}

/** Whether an alert may be what a thread became. Where no note says so, what both tell does; a person decides.
 *  @param {{account: {[member: string]: any} | null, municipality: string | null, alerts: string[]}} thread
 *  @param {{id: string, kind: string, municipality: string}} alert
 *  @param {Record<string, string>} families kind → family @returns {boolean} */
export function maybeOf(thread, alert, families) {
  if (thread.alerts.length > 0) return thread.alerts.includes(alert.id);
  const kind = thread.account && thread.account.kind;
  return Boolean(kind) && families[kind] === families[alert.kind] && thread.municipality === alert.municipality;
}
