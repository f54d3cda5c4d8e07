// @ts-check
// *Hablar con una mujer del equipo*: three questions, no account. It leaves as a check-in leaves, and says nothing after.
import { field, find, here, onShow, press, put, say, show } from "./dom.js";
import { women } from "./account.js";
import { changed, sayKept, send } from "./outbox.js";
import { notKept } from "./report.js";
import { begun, forget, now, ready, sealer, settled, step } from "./session.js";

/** @typedef {import("./account.js").Receipt} Receipt */
/** @type {string[]} */
let words = [];

onShow("talk", () => {
  // What was answered elsewhere does not come along.
  if (now.answers && !now.answers.discreet) forget();
});

/** @param {HTMLElement} button */
export async function pickTalk(button) {
  const a = await begun();
  a.discreet = true;
  const value = String(button.dataset.v);
  press(String(button.dataset.pick), value);
  if (button.dataset.pick === "t-need") a.needs = value;
  else a.way = value;
  step(notKept);
  if (button.dataset.pick === "t-need") show("talk-how");
}

/** @param {boolean} ticked */
export async function pickPartner(ticked) {
  await begun();
  now.partner = ticked;
  step(notKept);
}

/** Where nobody is there to read it, the way is not offered. @param {import("./opening.js").Setup} setup */
export const offered = (setup) => women(setup).includes(true);

export async function sendTalk() {
  const { setup, answers: a } = now;
  if (!setup || !a || now.busy || !offered(setup)) return;
  now.busy = true;
  try {
    a.where = field("t-where").value;
    await settled();
    const receipt = await now.receipt;
    await (await sealer()).keepReport(now.db, setup, a, receipt, "quiet", now.partner);
    quietly(receipt ? receipt.words : []);
  } catch (error) {
    notKept(error);
  } finally {
    now.busy = false;
  }
}

/** One tap: this point spoke and warns of nothing. */
export async function checkIn() {
  const setup = await ready;
  if (now.busy) return;
  now.busy = true;
  try {
    await (await sealer()).keepCheckin(now.db, setup);
    quietly([]);
  } catch (error) {
    notKept(error);
  } finally {
    now.busy = false;
  }
}

/** @param {string[]} offer words that may be asked for, or none */
function quietly(offer) {
  forget();
  words = offer;
  show("quiet", { start: true });
  find("[data-words-offer]").hidden = offer.length === 0;
  find("[data-quiet-words]").hidden = true;
  put(find("[data-sent-quiet]"), say("kept"));
  find("[data-s=quiet] [data-kept]").hidden = false;
  void sayKept();
  void send(true).then(() => {
    if (here() !== "quiet" || !find("[data-state]").hidden) return;
    put(find("[data-sent-quiet]"), say("left-phone"));
    find("[data-s=quiet] [data-kept]").hidden = true;
  });
  void changed();
}

export function showWords() {
  const list = find("[data-quiet-words]");
  list.replaceChildren(...words.map((word) => Object.assign(document.createElement("li"), { textContent: word })));
  list.hidden = false;
  find("[data-words-offer]").hidden = true;
  words = [];
}
