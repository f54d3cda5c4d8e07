// @ts-check
// The page where a member writes down what came on paper, by voice or radio: opened once, it needs no line.
import { clearProblem, facts as read, input, one, onSubmit, refuse } from "../network/dom.js";
import { unlocked } from "../network/unlock.js";
import { fromB64 } from "../sealing/bytes.js";
import { openEnvelope } from "../sealing/envelope.js";
import { newReceipt } from "../sealing/receipt.js";
import { boxesSaid, markOf, plainMark, readAll } from "../sms/coding.js";
import { sealSheet } from "./sheet.js";
import { counted, dropRefused, keepSheet, openSheets, watchSheets } from "./sheets.js";

/** @typedef {import("../sms/coding.js").Book & {collective: string}} Book */

const known = read();
const shown = new Set(known.zones.filter((/** @type {any[]} */ zone) => zone[3]).map((/** @type {any[]} */ zone) => zone[0]));
const form = /** @type {HTMLFormElement} */ (one("[data-sheet]"));
// Of one batch: how it came, whose and where stay; everything else begins anew with each sheet.
const STAYS = new Set(["came", "point", "inbox", "municipality"]);

/** What is open now, or nothing. @type {{keyring: any, inboxes: any[], books: Book[]} | null} */
let open = null;
let number = 0;
let lastRead = "";
let waited = 0;

/** @param {string} code @param {Record<string, string | number>} [values] @returns {string} */
function say(code, values = {}) {
  const one_ = values.count === 1 && document.querySelector(`template[data-say="${code}_1"]`);
  const held = /** @type {HTMLTemplateElement} */ (one_ || one(`template[data-say="${code}"]`));
  return (held.content.textContent || "").replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** @param {string} selector @param {string} text an empty one hides it */
function tell(selector, text) {
  const place = one(selector);
  place.textContent = text;
  place.hidden = text === "";
}

/** @param {string} name @returns {string} */
const value = (name) => (form.elements.namedItem(name) ? input(`[name=${name}]`, form).value.trim() : "");

const point = () => known.points.find((/** @type {any} */ one) => one.id === value("point")) || null;

/** @returns {string} id of the inbox it goes to, or "" */
function inboxOf() {
  const from = point();
  if (from) return from.inbox;
  return value("inbox") || (open && open.inboxes.length === 1 ? open.inboxes[0].id : "");
}

/** @returns {Book[]} of the collective that is chosen, the present one first */
const books = () => (open && point() ? open.books.filter((book) => book.collective === point().collective) : []);

/** @returns {{message: string, found: {book: Book, reading: import("../sms/words.js").Reading} | null, wrong: boolean}} */
function heard() {
  const [typed, boxes] = [value("message"), value("boxes")];
  const of = books();
  const printed = boxes === "" ? null : of.find(({ mark }) => mark === plainMark(value("mark"))) || null;
  const said = printed ? boxesSaid(printed.entries, boxes) : { say: "", wrong: [] };
  const message = [said.say, typed].filter(Boolean).join(" ");
  const wrong = boxes !== "" && (printed === null || said.wrong.length > 0);
  return { message, wrong, found: readAll(printed ? [printed] : of, message) };
}

/** @param {{reading: import("../sms/words.js").Reading}} found @returns {string} in words */
function inWords({ reading }) {
  const parts = [["kind", reading.kind], ["urgency", reading.urgency], ["zone", reading.zone]];
  return parts.filter(([, code]) => code !== null).map(([sort, code]) => known.words[String(sort)][String(code)] || String(code)).join(" · ");
}

/** Say what it means in their code, and choose what it says: only where nothing in it has two meanings. */
function showMeaning() {
  const { message, found: whole, wrong } = heard();
  if (wrong) return tell("[data-means]", say("no_mark"));
  if (message === "" || books().length === 0) return tell("[data-means]", "");
  // A word that only two people may hear of is shown to nobody here: what is left is read as if it had not been said.
  const found = whole && whole.reading.duress ? readAll([whole.book], whole.reading.rest) : whole;
  if (!found) return tell("[data-means]", say("nothing"));
  if (!found.reading.sure) return tell("[data-means]", say("unsure"));
  const reads = JSON.stringify(found.reading);
  // Once for each reading: what a person chose otherwise afterwards stands.
  if (reads !== lastRead) for (const name of ["kind", "urgency", "zone"]) input(`[name=${name}]`, form).value = /** @type {any} */ (found.reading)[name] || "";
  lastRead = reads;
  tell("[data-means]", say("means", { what: inWords(found) }));
}

/** Zones of the municipality; letters as the sheet has them, if its mark is of today's zones. */
function showZones() {
  const select = input("[name=zone]", form);
  const kept = select.value;
  const here = known.zones.filter((/** @type {any[]} */ zone) => zone[1] === value("municipality"));
  const lettered = books().some(({ mark }) => mark === plainMark(value("mark")));
  const options = here.map((/** @type {any[]} */ [id, , name], /** @type {number} */ at) =>
    new Option(lettered ? `${String.fromCharCode(65 + at)} · ${name}` : name, id));
  select.replaceChildren(select.children[0], ...options);
  select.value = here.some((/** @type {any[]} */ zone) => zone[0] === kept) ? kept : "";
}

function showDays() {
  const now = new Date();
  const weekday = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long" });
  const days = Array.from({ length: 7 }, (_, ago) => {
    const name = weekday.format(new Date(now.getFullYear(), now.getMonth(), now.getDate() - ago));
    return new Option(ago < 2 ? `${say(ago === 0 ? "today" : "yesterday")} · ${name}` : name, String(ago));
  });
  const select = one("[name=day]", form);
  select.replaceChildren(select.children[0], ...days, new Option(say("week"), "7"));
}

function showWomen() {
  const inbox = open && open.inboxes.find(({ id }) => id === inboxOf());
  const has = Boolean(inbox && !inbox.refused && inbox.purposes.includes("WOMEN"));
  one("[data-women]").hidden = !has;
  if (!has) input("[name=discreet]", form).checked = false;
}

/** Whose it is says where it is, until somebody says otherwise. */
function chosePoint() {
  if (point()) input("[name=municipality]", form).value = point().municipality;
}

function show() {
  showZones();
  showMeaning();
  showWomen();
  one("[data-own]").hidden = input("[name=other]:checked", form).value === "yes";
}

/** @returns {{sheet: import("./sheet.js").Sheet, inbox: any}} throws what is missing, by code */
function written() {
  const { message, found, wrong } = heard();
  if (wrong) throw refuse("no_mark");
  if (value("came") === "") throw refuse("no_came");
  if (message === "" && value("more") === "" && value("kind") === "") throw refuse("empty");
  const inbox = open && open.inboxes.find(({ id }) => id === inboxOf());
  if (!inbox) throw refuse("no_inbox");
  if (inbox.refused) throw refuse("no_list");
  const plain = ["came", "municipality", "kind", "urgency", "zone", "day", "part", "bands", "seen", "way", "number", "more"];
  const fields = /** @type {any} */ (Object.fromEntries(plain.map((name) => [name, value(name)])));
  const sheet = {
    ...fields, message, read: found, collective: point() ? point().name : "",
    other: input("[name=other]:checked", form).value === "yes", discreet: input("[name=discreet]", form).checked,
  };
  return { sheet, inbox };
}

/** Begin the next: what is of the batch stays, *another person tells it* is chosen again, and the hands are at its text. */
function next() {
  const kept = new Map([...STAYS].map((name) => [name, value(name)]));
  form.reset();
  lastRead = "";
  for (const [name, was] of kept) if (form.elements.namedItem(name)) input(`[name=${name}]`, form).value = was;
  show();
  input("[name=message]", form).focus();
}

/** @param {readonly string[]} words @param {number} of */
function addSlip(words, of) {
  const slip = document.createElement("div");
  const head = Object.assign(document.createElement("p"), { textContent: String(of) });
  const list = document.createElement("ol");
  list.append(...words.map((word) => Object.assign(document.createElement("li"), { textContent: word })));
  slip.append(head, list);
  if (known.demo) slip.append(Object.assign(document.createElement("p"), { textContent: say("demo") }));
  one("[data-slips]").append(slip);
  one("[data-slips-part]").hidden = false;
}

function forgetSlips() {
  one("[data-slips]").replaceChildren();
  one("[data-slips-part]").hidden = true;
}

/** @param {IDBDatabase} db @param {() => Promise<void>} send */
async function seal(db, send) {
  const { sheet, inbox } = written();
  const receipt = input("[name=slip]", form).checked ? await newReceipt(known.network) : null;
  const facts = { policies: known.policies, shown, transport: known.transport };
  await keepSheet(db, await sealSheet(sheet, inbox, facts, receipt));
  number += 1;
  if (receipt) addSlip(receipt.words, number);
  tell("[data-done]", say("sealed", { number }));
  next();
  void send();
}

/** @param {import("./sheets.js").State} state */
function told(state) {
  const parts = [];
  if (state.waiting > 0) {
    parts.push(say("waiting", { count: state.waiting }));
    if (state.signedOut) parts.push(say("signed_out"));
    else if (!state.line) parts.push(say("no_line"));
  } else if (state.boards.length > 0 || waited > 0) parts.push(say("left"));
  if (state.boards.includes("held")) parts.push(say("held"));
  waited = state.waiting;
  // What was said last stays until there is something new to say.
  if (parts.length > 0) tell("[data-waiting]", parts.join(" "));
  one("[data-refused]").hidden = state.refused === 0;
  one("[data-refused-text]").textContent = state.refused > 0 ? say("refused", { count: state.refused }) : "";
}

/** @param {any} keyring open @returns {Promise<Book[]>} */
async function opened(keyring) {
  const found = await Promise.all(known.books.map(async (/** @type {any} */ book) => {
    const inside = /** @type {any} */ (await openEnvelope(fromB64(book.sealed), keyring.identities).catch(() => null));
    if (inside === null || inside.type !== "codebook") return null;
    const zones = known.zones.filter((/** @type {any[]} */ zone) => zone[1] === book.municipality).map((/** @type {any[]} */ zone) => zone[0]);
    return {
      id: book.id, collective: book.collective, municipality: book.municipality, entries: inside.entries,
      only: inside.only_these === true, duress: inside.duress_circle || "", mark: await markOf(inside.entries, zones),
    };
  }));
  return found.filter((book) => book !== null);
}

/** Nothing that was opened or written stays when the key closes. */
function close() {
  open = null;
  lastRead = "";
  form.reset();
  form.hidden = true;
  for (const place of ["[data-means]", "[data-done]"]) tell(place, "");
  clearProblem();
  forgetSlips();
  tell("[data-done]", say("closed"));
}

async function work() {
  for (;;) {
    const keyring = /** @type {any} */ (await unlocked());
    open = { keyring, inboxes: await keyring.inboxes(), books: await opened(keyring) };
    form.hidden = false;
    show();
    await new Promise((resolve) => {
      const stop = keyring.onChange(() => {
        if (keyring.state === "open") return;
        /** @type {() => void} */ (stop)();
        resolve(undefined);
      });
    });
    close();
  }
}

async function begin() {
  const db = await openSheets();
  showDays();
  const send = watchSheets(db, told);
  onSubmit(form, () => seal(db, send));
  form.addEventListener("input", show);
  input("[name=point]", form).addEventListener("change", () => { chosePoint(); show(); });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) one("button.main", form).click();
  });
  one("[data-forget]").addEventListener("click", async () => {
    await dropRefused(db);
    told({ ...(await counted(db)), boards: [], signedOut: false, line: true });
  });
  one("[data-print-slips]").addEventListener("click", () => print());
  one("[data-forget-slips]").addEventListener("click", forgetSlips);
  await work();
}

void begin();
