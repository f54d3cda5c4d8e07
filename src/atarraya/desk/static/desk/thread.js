// @ts-check
// One thread on the right: the account, what was noted, and what a member may do. Every act is a sealed note.
import { sentence } from "./api.js";
import { fill, fromTemplate, one, onPress, replace } from "./dom.js";
import { files } from "./files.js";
import { onThread } from "./holders.js";
import { answerThread, tellRead, writeNote } from "./notes.js";
import { smsForm } from "./sms.js";
import { dayWords, hourWords, place, title } from "./queue.js";
import { maybeSame } from "./threads.js";
import { say, word, wordsOf } from "./words.js";

/** @typedef {import("./threads.js").Thread} Thread */
/** @typedef {{addresses: Record<string, string>, keys: import("./keys.js").Keys, store: import("./store.js").Store,
 *    writer: {id: string, alias: string}, families: Record<string, string>, canGrade: boolean, canWrite: boolean,
 *    changed: () => void, back: () => void, publish: (thread: Thread) => void, openThread: (thread: Thread) => void,
 *    tell: (sentence: string) => void}} Desk */

/** @param {Desk} desk @param {Thread} thread @returns {HTMLElement} */
export function threadView(desk, thread) {
  const account = /** @type {any} */ (thread.account || {});
  const root = fromTemplate("t-thread", {
    kind: title(thread),
    place: place(thread),
    now: thread.urgency === "NOW" ? word("urgencies_long", "NOW") : "",
    mark: marks(thread),
    care: thread.discreet ? say("care_first") : "",
    text: account.text || "",
    nothing: thread.notes.length === 0 ? say("no_notes") : "",
  });
  replace(one(root, ".pairs"), facts(thread).map(([name, value]) => fromTemplate("t-fact", { name, value })));
  replace(one(root, ".history"), thread.notes.map(noteLine));
  files(desk, root, account.attachments || []);
  sameEvents(desk, thread, root);
  onThread(desk, thread, root);
  acts(desk, thread, root);
  return root;
}

/** @param {Thread} thread @returns {string} */
function marks(thread) {
  const parts = thread.root ? [word("marks", thread.root.header.mark)] : [say("kept_copy")];
  if (thread.account && thread.account.type === "draft") parts.push(say("unfinished_long"));
  if (thread.mine.length > 0) parts.push(say("somebody_concerned"));
  if (thread.notes.some(({ payload }) => payload && payload.act === "duress")) parts.push(say("duress"));
  const sms = thread.account && thread.account.sms;
  if (sms && sms.sealed) parts.push(...sealedMarks(sms.sealed));
  else if (sms) parts.push(say(!sms.read ? "sms_unread" : sms.sure ? "sms_read" : "sms_unsure", { who: sms.collective }));
  const odk = thread.account && thread.account.odk;
  if (odk) parts.push(say("odk_came", { day: dayWords(String(odk.day)) }));
  return [...parts, ...toldMarks(thread.account && thread.account.told)].filter((part) => part !== "").join(" ");
}

/** What was written down from paper, voice or radio. @param {any} told @returns {string[]} */
function toldMarks(told) {
  if (!told) return [];
  const how = say(told.other ? "told_other" : "told_own", { came: word("came", told.came) });
  return [how, told.read ? say(told.sure ? "told_read" : "told_unsure", { who: told.collective }) : ""];
}

/** @param {import("./sealedsms.js").Sealed} sealed @returns {string[]} */
function sealedMarks({ state, doubt, cut }) {
  return [say(`sealed_${state}`), doubt ? say("sealed_doubt") : "", cut ? say("sealed_cut") : ""];
}

/** @param {Thread} thread @returns {[string, string][]} */
function facts(thread) {
  const account = /** @type {any} */ (thread.account || {});
  const contact = account.contact || {};
  const when = account.when ? [dayOf(account.when.day), word("parts", account.when.part)].filter(Boolean).join(" ") : "";
  /** @type {[string, string][]} */
  const all = [
    [say("f_arrived"), `${dayWords(thread.day)} · ${word(account.told || account.odk ? "told_ages" : "ages", thread.root ? thread.root.header.age : "")}`],
    [say("f_whose"), (account.told && account.told.collective) || ""],
    [say("f_soon"), word("urgencies_long", thread.urgency)],
    [say("f_zone"), word("zones", account.zone)],
    [say("f_where"), account.where || ""],
    [say("f_when"), when],
    [say("f_who"), word("who", account.who)],
    [say("f_bands"), account.bands || ""],
    [say("f_groups"), (account.groups || []).map((/** @type {string} */ code) => word("groups", code)).join(", ")],
    [say("f_written"), moment(account.sms && account.sms.sealed ? account.sms.sealed.written : "")],
    [say("f_seen"), word("seen", account.seen)],
    [say("f_needs"), word("needs", account.needs)],
    [say("f_way"), [word("ways", contact.way), contact.number, contact.hour].filter(Boolean).join(" · ")],
    [say("f_partner"), contact.partner ? say("partner_sees") : ""],
    [say("f_consents"), (account.consents || []).map((/** @type {string} */ code) => word("consents", code)).join("; ")],
    [say("f_grade"), thread.source === "F" && thread.info === "6" ? "" : `${thread.source}${thread.info}`],
  ];
  return all.filter(([, value]) => value.replace(/[·\s]/g, "") !== "");
}

/** @param {string | null} day as told: a code, or a date @returns {string} */
const dayOf = (day) => (day && /^\d{4}-\d\d-\d\d$/.test(day) ? dayWords(day) : word("when", day));

/** @param {import("./threads.js").Entry} entry @returns {HTMLElement} */
function noteLine({ payload, header }) {
  const note = payload || /** @type {any} */ ({});
  const sentences = /** @type {Record<string, () => string>} */ ({
    text: () => note.text,
    grade: () => say("n_grade", { grade: `${note.source}${note.info}` }),
    assign: () => say("n_assign", { who: note.to }),
    state: () => word("thread_states", note.state),
    answer: () => say("n_answer", { phrase: word("answers", note.phrase) }),
    read: () => say("n_read"),
    keep: () => say("n_keep"),
    mine: () => say("n_mine"),
    same: () => say(note.same ? "n_same" : "n_other"),
    became: () => say("n_became"),
    false_alarm: () => say("n_false_alarm"),
    sms: () => say("n_sms", { text: note.text }),
    duress: () => say("n_duress", { text: note.text }),
    proposed: () => say("n_proposed", { act: word("acts", note.what) }),
  });
  const sentence = sentences[note.act];
  const text = sentence ? sentence() : say("n_needs", { needs: word("needs", note.needs) });
  return fromTemplate("t-note", { text, who: `${note.alias || say("from_phone")} · ${moment(note.at) || dayWords(header.day)}` });
}

/** @param {string | undefined} at a moment in UTC @returns {string} its minute as this device's clock shows it */
function moment(at) {
  if (typeof at !== "string") return "";
  const when = new Date(`${at}Z`);
  const local = new Date(when.getTime() - when.getTimezoneOffset() * 60000);
  return Number.isNaN(local.getTime()) ? "" : hourWords(local.toISOString().slice(0, 16));
}

/** What was decided, and what may be the same: a person says so, and may say the contrary later.
 *  @param {Desk} desk @param {Thread} thread @param {HTMLElement} root */
function sameEvents(desk, thread, root) {
  const section = /** @type {HTMLElement} */ (one(root, ".same"));
  const decided = (/** @type {string[]} */ ids) => desk.store.threads.filter(({ id }) => ids.includes(id));
  const lines = [
    ...decided(thread.same).map((other) => sameLine(desk, thread, root, other, "joined")),
    ...maybeSame(thread, desk.store.threads, desk.families).map((other) => sameLine(desk, thread, root, other, "")),
    ...decided(thread.apart).map((other) => sameLine(desk, thread, root, other, "apart")),
  ];
  section.hidden = lines.length === 0;
  replace(one(section, "ul"), lines);
}

/** @param {Desk} desk @param {Thread} thread @param {HTMLElement} root @param {Thread} other
 *  @param {"" | "joined" | "apart"} decided @returns {HTMLElement} */
function sameLine(desk, thread, root, other, decided) {
  const text = [title(other), place(other), dayWords(other.day), decided ? say(decided) : ""].filter(Boolean).join(" · ");
  const made = fromTemplate("t-same", { text });
  const decide = (/** @type {boolean} */ same) => async () => void (await note(desk, thread, root, { act: "same", as: other.id, same }));
  const [yes, no] = ["yes", "no"].map((name) => /** @type {HTMLButtonElement} */ (one(made, `[data-do=${name}]`)));
  yes.hidden = decided === "joined";
  no.hidden = decided === "apart";
  onPress(yes, decide(true));
  onPress(no, decide(false));
  onPress(one(made, "[data-do=open]"), async () => desk.openThread(other));
  return made;
}

/** Write a note and show it; a refusal is said and what was typed stays.
 *  @param {Desk} desk @param {Thread} thread @param {HTMLElement} root @param {{act: string, [member: string]: unknown}} act
 *  @param {{keep?: string, only?: string, form?: HTMLFormElement}} [how] `form` is emptied once its note is kept
 *  @returns {Promise<boolean>} */
async function note(desk, thread, root, act, how = {}) {
  try {
    desk.store.add(await writeNote(desk.addresses, desk.keys, desk.writer, thread, act, how));
  } catch (error) {
    fill(root, { refused: sentence(error) });
    return false;
  }
  if (how.form) how.form.reset();
  fill(root, { refused: "" });
  desk.changed();
  return true;
}

/** Carry over to the view made anew what is being typed, and voices and pictures that are open. @param {HTMLElement} before @param {HTMLElement} after */
export function carryOver(before, after) {
  one(after, ".files").replaceWith(one(before, ".files"));
  for (const field of before.querySelectorAll("textarea, select")) {
    const { name, value } = /** @type {HTMLTextAreaElement} */ (field);
    const place = /** @type {HTMLTextAreaElement | null} */ (after.querySelector(`[name="${name}"]`));
    if (place && value !== "") place.value = value;
  }
  const active = document.activeElement;
  if (!active || !before.contains(active)) return () => undefined;
  const selector = active.matches("h1") ? "h1" : active.matches("[data-do]") ? `[data-do="${/** @type {HTMLElement} */ (active).dataset.do}"]` : `[name="${active.getAttribute("name")}"]`;
  return () => /** @type {HTMLElement | null} */ (after.querySelector(selector))?.focus();
}

/** @param {Desk} desk @param {Thread} thread @param {HTMLElement} root */
function acts(desk, thread, root) {
  const press = (/** @type {string} */ name, /** @type {() => Promise<unknown>} */ work, hide = false) => {
    const button = /** @type {HTMLButtonElement} */ (one(root, `[data-do=${name}]`));
    button.hidden = hide;
    onPress(button, async () => void (await work()));
  };
  const done = thread.state === "DONE";
  press("back", async () => desk.back());
  press("take", () => note(desk, thread, root, { act: "assign", to: desk.writer.alias }), done);
  press("done", () => note(desk, thread, root, { act: "state", state: "DONE" }), done);
  press("reopen", () => note(desk, thread, root, { act: "state", state: "OPEN" }), !done);
  press("keep", () => note(desk, thread, root, { act: "keep", account: { ...thread.account, day: thread.day } }), thread.kept);
  press("mine", () => note(desk, thread, root, { act: "mine" }), thread.mine.includes(desk.writer.id));
  press("publish", async () => desk.publish(thread), !desk.canWrite || thread.discreet || thread.mine.includes(desk.writer.id));
  noteForm(desk, thread, root);
  gradeForm(desk, thread, root);
  answerForm(desk, thread, root);
  smsForm(desk, thread, root, (act) => note(desk, thread, root, act));
}

/** @param {HTMLFormElement} form @param {(data: FormData) => Promise<boolean>} work */
function onSubmit(form, work) {
  const button = /** @type {HTMLButtonElement} */ (one(form, "button:not([type])"));
  form.addEventListener("submit", (event) => event.preventDefault());
  onPress(button, async () => void (form.reportValidity() && (await work(new FormData(form)))));
}

/** @param {Desk} desk @param {Thread} thread @param {HTMLElement} root */
function noteForm(desk, thread, root) {
  const form = /** @type {HTMLFormElement} */ (one(root, "[data-form=note]"));
  onSubmit(form, async (data) => {
    const text = String(data.get("text")).trim();
    return text === "" ? false : note(desk, thread, root, { act: "text", text }, { form });
  });
}

/** @param {Desk} desk @param {Thread} thread @param {HTMLElement} root */
function gradeForm(desk, thread, root) {
  const form = /** @type {HTMLFormElement} */ (one(root, "[data-form=grade]"));
  form.hidden = !desk.canGrade || thread.discreet;
  for (const [name, list] of [["source", "source_grades"], ["info", "info_grades"]]) {
    const select = /** @type {HTMLSelectElement} */ (one(form, `[name=${name}]`));
    for (const [code, label] of Object.entries(wordsOf(list))) select.append(new Option(`${code} · ${label}`, code));
    select.value = name === "source" ? thread.source : thread.info;
  }
  onSubmit(form, (data) =>
    note(desk, thread, root, { act: "grade", source: data.get("source"), info: data.get("info") }, { only: "VERIFIERS", form }));
}

/** @param {Desk} desk @param {Thread} thread @param {HTMLElement} root */
function answerForm(desk, thread, root) {
  const form = /** @type {HTMLFormElement} */ (one(root, "[data-form=answer]"));
  const select = /** @type {HTMLSelectElement} */ (one(form, "select"));
  form.hidden = thread.root === null || !(thread.account && thread.account.reply_key);
  for (const [code, label] of Object.entries(wordsOf("answers"))) select.append(new Option(label, code));
  onSubmit(form, async (data) => {
    const phrase = String(data.get("phrase"));
    if (phrase === "") return false;
    try {
      if (!(await answerThread(desk, thread, phrase))) {
        fill(root, { refused: say("no_more_answers") });
        return false;
      }
    } catch (error) {
      fill(root, { refused: sentence(error) });
      return false;
    }
    form.reset();
    desk.changed();
    return true;
  });
}

/** A person opened it for the first time: whoever keeps the receipt may know that somebody read it.
 *  @param {Desk} desk @param {Thread} thread */
export async function markRead(desk, thread) {
  const known = thread.notes.some(({ payload }) => payload && (payload.act === "read" || payload.act === "answer"));
  if (known || thread.root === null || !(thread.account && thread.account.reply_key)) return;
  await tellRead(desk, thread);
}
