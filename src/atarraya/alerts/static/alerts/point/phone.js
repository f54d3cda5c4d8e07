// @ts-check
// *Este teléfono*: on how many phones the link was opened, and a new link in two taps.
import { callAs } from "./api.js";
import { find, onShow, put, say } from "./dom.js";
import { sayKept } from "./leaving.js";
import { now } from "./session.js";
import { recall, remember } from "./store.js";

onShow("phone", () => {
  void sayKept();
  const known = now.setup ? now.setup.point.phones : 0;
  put(find("[data-phones]"), known ? say("phones", { n: known }) : "");
  void callAs(now.db, "phones").then(async (response) => {
    put(find("[data-phones]"), say("phones", { n: (await response.json()).phones }));
  }).catch(() => {});
});

onShow("change", () => {
  find("[data-change-ask]").hidden = false;
  find("[data-new-link]").hidden = true;
});

/** Second tap: the collective's link changes, here and everywhere. */
export async function changeLink() {
  try {
    const first = await (await callAs(now.db, "change-link", { method: "POST", body: {} })).json();
    const made = await (await callAs(now.db, "change-link", { method: "POST", body: { confirm: first.confirm } })).json();
    const list = await recall(now.db, "list");
    const address = `${location.origin}/#${made.token}.${list ? list.fingerprint.replace(/-/g, "") : ""}`;
    find("[data-change-ask]").hidden = true;
    find("[data-new-link]").hidden = false;
    put(find("[data-link]"), address);
    // This phone opens the new link itself: the old one would stop reading the board here too.
    await remember(now.db, "link", { token: made.token, fingerprint: list ? list.fingerprint : "" });
    const { redeem } = await import("./opening.js");
    await redeem(now.db);
  } catch {
    put(find("[data-state]"), say("need-signal"));
  }
}

/** @returns {string} the new link, to be passed on by hand */
export const newLink = () => String(find("[data-link]").textContent);
