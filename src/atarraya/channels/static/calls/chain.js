// @ts-check
// A call chain is written, sealed and opened here. Two who write at once lose nothing: the second is told, and keeps
// what was typed.
import { postAndGo, Refused } from "../network/api.js";
import { all, facts, input, one, onSubmit, once, problem, refuse } from "../network/dom.js";
import { unlocked } from "../network/unlock.js";
import { fromB64, newId, toB64 } from "../sealing/bytes.js";
import { openEnvelope } from "../sealing/envelope.js";
import { measure, sealEnvelope } from "../sealing/seal.js";
import { fault, tree } from "./people.js";

/** @typedef {import("./people.js").Person} Person */

const { chain } = facts();
const form = one("form[data-chain]");
const rows = one("[data-rows]");

/** @param {Partial<Person>} [person] */
function addRow({ id = newId(), name = "", number = "", by = "" } = {}) {
  const held = /** @type {HTMLTemplateElement} */ (one("template[data-row]"));
  const made = /** @type {HTMLElement} */ (document.importNode(held.content, true).firstElementChild);
  made.dataset.id = id;
  made.dataset.by = by;
  input("[name=name]", made).value = name;
  input("[name=number]", made).value = number;
  input("[name=by]", made).addEventListener("change", () => { made.dataset.by = input("[name=by]", made).value; });
  input("[name=name]", made).addEventListener("input", callers);
  rows.append(made);
}

/** Each row offers the people above it. Who was chosen and is gone stays chosen, so that saving can say so. */
function callers() {
  const above = /** @type {HTMLElement[]} */ ([]);
  for (const row of all("[data-row]", rows)) {
    const select = /** @type {HTMLSelectElement} */ (one("[name=by]", row));
    const options = above.filter((one_) => nameOf(one_) !== "" || one_.dataset.id === row.dataset.by)
      .map((one_) => new Option(nameOf(one_) || "—", one_.dataset.id));
    select.replaceChildren(select.options[0], ...options);
    select.value = row.dataset.by || "";
    above.push(row);
  }
}

/** @param {HTMLElement} row */
const nameOf = (row) => input("[name=name]", row).value.trim();

/** @returns {Person[]} */
const written = () => all("[data-row]", rows).filter((row) => nameOf(row) !== "").map((row) => ({
  id: String(row.dataset.id), name: nameOf(row), number: input("[name=number]", row).value.trim(), by: row.dataset.by || "",
}));

function onPaper() {
  one("[data-paper-title]").textContent = input("[name=title]").value.trim();
  one("[data-paper-rows]").replaceChildren(...tree(written()).map(({ name, number, depth }) => {
    const made = document.createElement("li");
    made.className = `deep${depth}`;
    for (const text of [name, number, "☐ ☐ ☐"]) {
      const part = document.createElement("span");
      part.textContent = text;
      made.append(part);
    }
    return made;
  }));
  one("[data-paper=calls]").hidden = false;
  print();
}

/** @param {string} code @param {string} who @returns {Error & {code: string, who: string}} */
const said = (code, who) => Object.assign(refuse(code), { who });

/** @returns {Promise<{inbox: string, number: number, sealed: string}>} throws what is wrong, by code */
async function sealedNow() {
  const title = input("[name=title]").value.trim();
  const people = written();
  const { code, who } = fault(title, people);
  if (code) throw said(code, who);
  const keyring = await unlocked();
  const [inbox, circle] = input("[name=circle]").value.split(" ");
  const known = (await keyring.inboxes()).find((/** @type {any} */ found) => found.id === inbox);
  if (!known || known.refused || !known.circles.includes(circle)) throw refuse("no_list");
  const payload = { v: /** @type {1} */ (1), type: "calls", title, circle, people };
  if (measure(payload).bucket === 0) throw refuse("too_long");
  const addressed = known.circles.map((/** @type {string} */ one_) => one_ === circle);
  const sealed = await sealEnvelope({ payload, recipients: known.list.recipients, addressed });
  return { inbox, number: known.list.number, sealed: toB64(sealed) };
}

/** @param {boolean} apart as a list of its own, whatever it was opened from */
async function save(apart) {
  try {
    const sealed = await sealedNow();
    if (chain === null || apart) await postAndGo("/equipo/llamadas/nueva/", sealed);
    else await postAndGo(location.pathname, { ...sealed, version: chain.version });
  } catch (error) {
    const { code, who } = /** @type {any} */ (error);
    if (error instanceof Refused && code === "stale") one("[data-other]").hidden = false;
    if (!who) throw error;
    problem(code);
    one("[data-problem]").append(` ${who}`);
  }
}

/** @param {any} keyring open */
async function show(keyring) {
  if (chain !== null) {
    const payload = /** @type {any} */ (await openEnvelope(fromB64(chain.sealed), keyring.identities));
    if (payload === null) return problem("closed");
    const inbox = (await keyring.inboxes()).find((/** @type {any} */ found) => found.id === chain.inbox);
    one("[data-old]").hidden = Boolean(inbox && !inbox.refused && inbox.list.number === chain.number);
    input("[name=title]").value = payload.title;
    input("[name=circle]").value = `${chain.inbox} ${payload.circle}`;
    payload.people.forEach(addRow);
  }
  for (let row = 0; row < (chain === null ? 6 : 1); row += 1) addRow();
  callers();
  form.hidden = false;
}

onSubmit(form, () => save(false));
one("[data-do=more]").addEventListener("click", () => { addRow(); callers(); });
one("[data-do=apart]").addEventListener("click", () => void once(form, () => save(true)));
one("[data-print-what=calls]").addEventListener("click", onPaper);
for (const button of all("[data-do=erase]")) {
  button.addEventListener("click", () => void once(form, () => postAndGo(`${location.pathname}borrar/`, { version: chain.version })));
}

async function open() {
  const keyring = await unlocked();
  await show(keyring);
  keyring.onChange(() => keyring.state !== "open" && location.reload());
}

void open();
