// @ts-check
// The call chain beside an alert that is for now: who calls whom, and who answered. A tap is a sealed note; several
// people mark at once and all see the newest of each. Nothing is called from here.
import { standing, tree } from "../calls/people.js";
import { fromB64 } from "../sealing/bytes.js";
import { openEnvelope } from "../sealing/envelope.js";
import { get } from "./api.js";
import { CallBox, pretend } from "./callbox.js";
import { fill, fromTemplate, one, onPress, replace } from "./dom.js";
import { hourWords } from "./queue.js";
import { say } from "./words.js";

/** @typedef {{id: string, inbox: string, title: string, circle: string, people: import("../calls/people.js").Person[]}} Chain */

/** Lists and marks of an open desk: forgotten with it. @type {WeakMap<object, {chains: Chain[] | null, box: CallBox}>} */
const held = new WeakMap();

/** @param {any} desk */
function kept(desk) {
  const known = held.get(desk.store) || { chains: null, box: new CallBox(desk) };
  held.set(desk.store, known);
  return known;
}

/** @param {any} desk @returns {Promise<Chain[]>} the lists that this member's keys open */
async function chains(desk) {
  const { body } = await get(desk.addresses.calls);
  const found = [];
  for (const { id, inbox, sealed } of body.chains) {
    const payload = await openEnvelope(fromB64(sealed), desk.keys.identities(inbox));
    if (payload !== null && payload.type === "calls") found.push({ id, inbox, .../** @type {any} */ (payload) });
  }
  return found;
}

/** @param {any} desk @param {{id: string, urgency: string, open: boolean, municipality: string}} alert @param {HTMLElement} root */
export function onCalls(desk, alert, root) {
  const section = /** @type {HTMLElement} */ (one(root, ".calls"));
  if (alert.urgency !== "NOW" || !alert.open || desk.keys.circles.length === 0) return;
  const here = kept(desk);
  const begin = async () => {
    // Without a line the lists that were here stay.
    here.chains = await chains(desk).catch(() => here.chains);
    section.hidden = !here.chains || here.chains.length === 0;
    replace(one(section, ".lists"), (here.chains || []).map((chain) => chainView(desk, here.box, alert, chain)));
  };
  void here.box.ready.then(begin);
}

/** @param {any} desk @param {CallBox} box @param {any} alert @param {Chain} chain @returns {HTMLElement} */
function chainView(desk, box, alert, chain) {
  const made = fromTemplate("t-chain", { title: chain.title });
  const lines = tree(chain.people).map((person) => {
    const line = fromTemplate("t-call", { name: person.name, number: person.number });
    line.classList.add(`deep${person.depth}`);
    for (const said of ["answered", "silent", "again"]) {
      onPress(one(line, `[data-do=${said}]`), async () => mark(desk, box, alert, chain, person.id, said));
    }
    return { person, line };
  });
  replace(one(made, "ol"), lines.map(({ line }) => line));
  const paint = () => {
    if (!made.isConnected && made.dataset.shown) return document.removeEventListener("desk-calls", paint);
    made.dataset.shown = "yes";
    const newest = standing(marks(desk, box, alert, chain));
    for (const { person, line } of lines) paintLine(line, newest.get(person.id));
    const answered = [...newest.values()].filter(({ said }) => said === "answered").length;
    fill(made, {
      count: say("calls_count", { count: answered, total: lines.length }),
      waits: box.waiting.length > 0 ? say("calls_wait", { count: box.waiting.length }) : "",
      stuck: box.refused,
    });
  };
  document.addEventListener("desk-calls", paint);
  paint();
  return made;
}

/** @param {HTMLElement} line @param {import("../calls/people.js").Mark | undefined} mark_ */
function paintLine(line, mark_) {
  const when = mark_ ? hourWords(mark_.at.slice(0, 16)) : "";
  fill(line, { said: mark_ ? say(`calls_${mark_.said}`, { who: mark_.alias, when }) : "" });
  for (const button of line.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(Boolean(mark_) && /** @type {any} */ (mark_).said === button.dataset.do));
  }
}

/** @param {any} desk @param {CallBox} box @param {any} alert @param {Chain} chain */
function marks(desk, box, alert, chain) {
  const entries = [...desk.store.entries.values(), ...box.waiting.map(({ entry }) => entry)];
  return entries.filter(({ payload }) => payload && payload.act === "call" && payload.alert === alert.id && payload.chain === chain.id)
    .map(({ header, payload }) => ({ person: String(payload.person), said: String(payload.said), alias: String(payload.alias), at: local(payload.at), id: header.id }));
}

/** @param {string} at a moment in UTC @returns {string} the same as this device's clock shows it, to the second */
function local(at) {
  const when = new Date(`${at}Z`);
  return Number.isNaN(when.getTime()) ? "" : new Date(when.getTime() - when.getTimezoneOffset() * 60000).toISOString().slice(0, 23);
}

/** @param {any} desk @param {CallBox} box @param {any} alert @param {Chain} chain @param {string} person @param {string} said */
async function mark(desk, box, alert, chain, person, said) {
  const women = desk.keys.circles.some((/** @type {any} */ circle) => circle.id === chain.circle && circle.purpose === "WOMEN");
  const about = pretend({ id: `${alert.id} ${chain.id}`, inbox: chain.inbox, municipality: alert.municipality, women });
  await box.put(about, { act: "call", alert: alert.id, chain: chain.id, person, said, women });
  document.dispatchEvent(new CustomEvent("desk-calls"));
}
