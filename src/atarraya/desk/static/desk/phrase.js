// @ts-check
// An SMS in a collective's own words: chosen by what they mean, out of the codebook that is opened here for a moment.
import { fromB64 } from "../sealing/bytes.js";
import { openEnvelope } from "../sealing/envelope.js";
import { phrase, sayable } from "../sms/coding.js";
import { get } from "./api.js";
import { fill, one } from "./dom.js";
import { say, word } from "./words.js";

/** @typedef {import("../sms/words.js").Entry} Entry */
/** @typedef {{name: string, entries: Entry[]}} Book */

const ADDRESS = "/equipo/codigos/libros.json";
const LISTS = /** @type {Record<string, string>} */ ({ kind: "kinds", urgency: "urgencies", zone: "zones" });
const SORTS = Object.keys(LISTS);

/** @param {import("./keys.js").Keys} keys @param {string} inbox @returns {Promise<Book[]>} the present book of each collective */
async function books(keys, inbox) {
  const { body } = await get(ADDRESS);
  const ours = body.books.filter((/** @type {any} */ book) => book.inbox === inbox && book.current);
  const opened = await Promise.all(ours.map(async (/** @type {any} */ book) => {
    const inside = await openEnvelope(fromB64(book.sealed), keys.identities(inbox)).catch(() => null);
    return inside && { name: book.name, entries: /** @type {Entry[]} */ (inside.entries) };
  }));
  return opened.filter((book) => book !== null);
}

/** @param {HTMLElement} form @param {string} name @returns {HTMLSelectElement} */
const select = (form, name) => one(form, `select[name=${name}]`);

/** @param {HTMLElement} form @param {Book} book */
function offer(form, book) {
  const words = sayable(book.entries);
  for (const sort of SORTS) {
    const options = words.map((entry, at) => ({ entry, at })).filter(({ entry }) => entry.sort === sort)
      .map(({ entry, at }) => new Option(`${word(LISTS[sort], entry.value)}: ${entry.say}`, String(at)));
    select(form, `say_${sort}`).replaceChildren(new Option(say("compose_nothing"), ""), ...options);
  }
}

/** @param {HTMLElement} form @param {Book} book */
function compose(form, book) {
  const chosen = SORTS.map((sort) => select(form, `say_${sort}`).value).filter((value) => value !== "").map(Number);
  const { text, means } = phrase(book.entries, chosen);
  /** @type {HTMLTextAreaElement} */ (one(form, "textarea")).value = text;
  const parts = means === null ? [] : [["kinds", means.kind], ["urgencies", means.urgency], ["zones", means.zone]];
  const what = parts.filter(([, code]) => code !== null).map(([list, code]) => word(String(list), code)).join(" · ");
  const torn = means === null || means.kind === null || means.duress;
  fill(form, { compose: chosen.length === 0 ? say("compose_start") : torn ? say("compose_unsure") : say("compose_means", { what }) });
  form.dispatchEvent(new Event("input"));
}

/** @param {import("./threads.js").Thread} thread @returns {string} whose code it came in, or whose sheet it was */
function collectiveOf({ account }) {
  return String((account && ((account.sms && account.sms.collective) || (account.told && account.told.collective))) || "");
}

/** Put into a form what writes an SMS in the collective's words, and how long it is.
 *  @param {import("./keys.js").Keys} keys @param {import("./threads.js").Thread} thread @param {HTMLElement} form */
export function composer(keys, thread, form) {
  const details = /** @type {HTMLDetailsElement} */ (one(form, "[data-compose]"));
  form.addEventListener("input", () => {
    const letters = [.../** @type {HTMLTextAreaElement} */ (one(form, "textarea")).value.trim()].length;
    fill(form, { length: letters > 0 ? say("sms_length", { letters }) : "" });
  });
  details.addEventListener("toggle", async () => {
    if (!details.open || details.dataset.begun) return;
    details.dataset.begun = "yes";
    const found = await books(keys, /** @type {NonNullable<typeof thread.root>} */ (thread.root).header.inbox).catch(() => []);
    if (found.length === 0) {
      fill(form, { compose: say("compose_none") });
      delete details.dataset.begun;
      return;
    }
    const choice = select(form, "book");
    choice.replaceChildren(...found.map(({ name }, at) => new Option(name, String(at))));
    choice.value = String(Math.max(0, found.findIndex(({ name }) => name === collectiveOf(thread))));
    const book = () => found[Number(choice.value)];
    offer(form, book());
    /** @type {HTMLElement} */ (one(form, "[data-chosen]")).hidden = false;
    choice.addEventListener("change", () => { offer(form, book()); compose(form, book()); });
    for (const sort of SORTS) select(form, `say_${sort}`).addEventListener("change", () => compose(form, book()));
    fill(form, { compose: say("compose_start") });
  });
}
