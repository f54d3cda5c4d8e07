// @ts-check
// The one door to what seals and verifies.

/** @returns {Promise<typeof import("./seals.js")>} rejects when the line breaks on the way; the next call asks again */
export const seals = () => import("./seals.js");
