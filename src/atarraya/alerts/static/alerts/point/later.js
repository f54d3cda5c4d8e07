// @ts-check
// The one door to what comes after the page: what seals and verifies, and what is opened only with signal.

/** @returns {Promise<typeof import("./seals.js")>} rejects when the line breaks on the way; the next call asks again */
export const seals = () => import("./seals.js");

/** @returns {Promise<typeof import("./map.js")>} as above; not kept for when there is no signal */
export const map = () => import("./map.js");

/** @returns {Promise<typeof import("./bysms.js")>} as above; the worker keeps it once the page is here */
export const bySms = () => import("./bysms.js");

/** @returns {Promise<typeof import("./notices.js")>} as above; not kept for when there is no signal */
export const notices = () => import("./notices.js");
