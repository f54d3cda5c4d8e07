// @ts-check
// The one door to what comes after the page: what seals and verifies, and what is opened only with signal.

/** Many browsers remember that a module did not come, and never ask for its address again: the next call asks for another
 *  address of the same file. They say in the error which one it was.
 *  @template T @param {() => Promise<T>} load @returns {() => Promise<T>} */
function asked(load) {
  let address = "";
  let tries = 0;
  /** @type {Promise<T> | undefined} */
  let came;
  return () => {
    came = came || (address ? import(`${address}?${tries}`) : load()).catch((error) => {
      came = undefined;
      tries += 1;
      address = (/https?:[^\s?]+\.js/.exec(String(error.message)) || [address])[0];
      throw error;
    });
    return came;
  };
}

/** @type {() => Promise<typeof import("./seals.js")>} rejects when the line breaks on the way; the next call asks again */
export const seals = asked(() => import("./seals.js"));

/** @type {() => Promise<typeof import("./map.js")>} as above; not kept for when there is no signal */
export const map = asked(() => import("./map.js"));

/** @type {() => Promise<typeof import("./bysms.js")>} as above; the worker keeps it once the page is here */
export const bySms = asked(() => import("./bysms.js"));

/** @type {() => Promise<typeof import("./notices.js")>} as above; not kept for when there is no signal */
export const notices = asked(() => import("./notices.js"));
