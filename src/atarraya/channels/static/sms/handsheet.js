// @ts-check
// A sheet to be filled in by hand, made from a codebook that is opened here; its legend comes out on another paper.
import { all, facts as read, input, one, problem } from "../network/dom.js";
import { unlocked } from "../network/unlock.js";
import { fromB64 } from "../sealing/bytes.js";
import { openEnvelope } from "../sealing/envelope.js";
import { markOf } from "./coding.js";

/** @typedef {import("./words.js").Entry} Entry */

const known = read();
const form = /** @type {HTMLFormElement} */ (one("[data-how]"));

/** @param {string} text @returns {HTMLElement} */
function box(text) {
  const made = document.createElement("span");
  made.className = "tickbox";
  made.append(document.createElement("i"), text);
  return made;
}

/** @param {string} text @returns {HTMLLIElement} */
const line = (text) => Object.assign(document.createElement("li"), { textContent: text });

/** @param {string} selector @param {(place: HTMLElement) => void} act on the sheet and its copies */
const each = (selector, act) => all(selector).forEach(act);

/** @param {Entry} entry @returns {string} */
function meaning({ sort, value }) {
  if (sort !== "duress") return known.words[sort][value] || value;
  return /** @type {HTMLTemplateElement} */ (one('template[data-say="forced"]')).content.textContent || "";
}

/** The choice of the form @param {string} name @returns {string} */
const choice = (name) => {
  const chosen = form.querySelector(`[name=${name}]:checked`);
  return chosen ? /** @type {HTMLInputElement} */ (chosen).value : "";
};

/** @param {Entry[] | null} entries of the book, or null for a sheet of none */
function paint(entries) {
  const title = input("[name=title]", form).value.trim();
  each("[data-heading]", (place) => {
    place.textContent = title;
    place.hidden = title === "";
  });
  const words = choice("style") === "words";
  if (entries) {
    each("[data-codes]", (place) => {
      place.classList.toggle("long", words);
      place.replaceChildren(...entries.map(({ say }, at) => box(words ? say : String(at + 1))));
    });
  }
  for (const sheet of /** @type {HTMLLinkElement[]} */ (all("link[data-size]"))) {
    sheet.media = sheet.dataset.size === choice("size") ? "print" : "not all";
  }
}

/** @param {Entry[]} entries @param {[string, string][]} zones id and name, in the order of their letters */
async function legend(entries, zones) {
  const mark = await markOf(entries, zones.map(([id]) => id));
  const letters = zones.map(([, name], at) => [String.fromCharCode(65 + at), name]);
  each("[data-letters]", (place) => place.replaceChildren(...letters.map(([letter]) => box(letter))));
  each("[data-legend]", (place) => place.replaceChildren(...entries.map((entry) => line(`${entry.say}: ${meaning(entry)}`))));
  each("[data-places]", (place) => place.replaceChildren(...letters.map(([letter, name]) => line(`${letter}: ${name}`))));
  each("[data-mark]", (place) => void (place.textContent = mark));
}

/** @param {string} which */
function printOnly(which) {
  for (const paper of all("[data-paper]")) paper.toggleAttribute("data-hidden", paper.dataset.paper !== which);
  print();
}

/** @returns {Promise<Entry[] | null>} throws "closed" */
async function opened() {
  if (known === null) return null;
  const keyring = await unlocked();
  const payload = await openEnvelope(fromB64(known.sealed), keyring.identities);
  if (payload === null) throw new Error("closed");
  keyring.onChange(() => keyring.state !== "open" && location.reload());
  const entries = /** @type {Entry[]} */ (payload.entries);
  await legend(entries, known.zones);
  return entries;
}

async function begin() {
  for (const half of all("[data-half]")) half.after(half.cloneNode(true));
  const entries = await opened();
  // The copies were made before the words came: both are filled alike.
  paint(entries);
  form.hidden = false;
  one("[data-papers]").hidden = false;
  form.addEventListener("input", () => paint(entries));
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of /** @type {HTMLButtonElement[]} */ (all("[data-print-what]"))) {
    button.disabled = false;
    button.addEventListener("click", () => printOnly(String(button.dataset.printWhat)));
  }
}

begin().catch(() => problem("closed"));
