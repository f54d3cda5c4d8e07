// @ts-check
// The point's page: opens the phone's store, wires what is tapped, and then asks the server.
import * as asking from "./asking.js";
import { compared, redeem, redeemCode, Refused, refresh } from "./api.js";
import * as attach from "./attach.js";
import * as board from "./board.js";
import { all, back, begin, field, find, here, hold, put, release, say, show } from "./dom.js";
import { openNotices, watchNotices } from "./hearing.js";
import { map } from "./later.js";
import { keepSms, watchSms } from "./nodata.js";
import { changed, sayKept, send, watchSignal } from "./outbox.js";
import * as phone from "./phone.js";
import * as report from "./report.js";
import { discard, enqueue } from "./sealer.js";
import { know, now, open, step } from "./session.js";
import { hearBeside, watchVoices } from "./speech.js";
import { items, openStore, recall, remember } from "./store.js";

/** @typedef {(button: HTMLElement) => unknown} Act */

/** @returns {Promise<import("./store.js").Item | undefined>} what was left unfinished */
const unfinished = async () => (await items(now.db)).find((item) => !item.sends);

/** @param {boolean} sends */
async function endUnfinished(sends) {
  const item = await unfinished();
  if (item && sends) await enqueue(now.db, item);
  else if (item) await discard(now.db, item.id);
  if (await unfinished()) show("unfinished", { start: true });
  else report.home();
  await changed();
  if (sends) void send(true);
}

async function showMap() {
  show("map");
  const no = find("[data-map-no]");
  put(no, "");
  try {
    await (await map()).draw(await recall(now.db, "device"), board.goTo);
  } catch {
    put(no, say("need-signal"));
  }
}

/** @type {Record<string, Act>} */
const acts = {
  back: () => (back() ? undefined : report.home()),
  leave: phone.leave,
  uncover: phone.uncover,
  checkin: report.checkIn,
  "skip-need": () => show("where"),
  warn: report.warn,
  team: () => report.finish("team"),
  "send-now": () => report.finish("now"),
  "send-later": () => report.finish("later"),
  finish: report.home,
  "talk-send": report.sendTalk,
  "show-words": report.showWords,
  record: attach.record,
  "record-stop": attach.stop,
  "record-again": attach.again,
  replay: attach.replay,
  "unfinished-send": () => endUnfinished(true),
  "unfinished-again": () => endUnfinished(false),
  "unfinished-erase": () => endUnfinished(false),
  "erase-ask": () => void (find("[data-erase]").hidden = false),
  erase: asking.erase,
  "board-again": board.refreshBoard,
  map: showMap,
  notices: () => openNotices(acts),
  radio: board.radio,
  share: board.share,
  "share-now": board.shareNow,
  "hear-alert": board.hear,
  hear: hearBeside,
  still: (button) => board.tell(button, "still"),
  passed: (button) => board.tell(button, "passed"),
  second: (button) => board.tell(button, "seconds"),
  clean: phone.clean,
  change: phone.changeLink,
  "share-link": () => board.passOn(phone.newLink()),
  same: () => endCompare(true),
  different: () => endCompare(false),
};

/** @type {Record<string, Act>} */
const picks = {
  family: report.pickFamily,
  need: report.pickNeed,
  place: report.pickPlace,
  urgency: report.pickUrgency,
  care: report.pickCare,
  "t-need": report.pickTalk,
  "t-way": report.pickTalk,
  ...Object.fromEntries(report.picks.map((key) => [key, report.pickOne])),
};

/** @type {HTMLElement | null} */
let pressed = null;

/** The second half of a double tap belongs to what was tapped first, not to what has come under the finger since.
 *  @param {MouseEvent} event @param {HTMLElement} button */
function strays(event, button) {
  const stray = event.detail > 1 && button !== pressed && button.dataset.do !== "back";
  pressed = button;
  return stray;
}

/** @param {MouseEvent} event */
function tapped(event) {
  const button = /** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest("button, a[data-do]"));
  if (!button) return;
  if (strays(event, button)) return event.preventDefault();
  const { do: act, pick, go, tab } = button.dataset;
  if (act && acts[act]) {
    event.preventDefault();
    void acts[act](button);
  } else if (pick && picks[pick]) void picks[pick](button);
  if (go) show(go);
  if (tab) show(tab, { start: true });
}

/** @param {SubmitEvent} event */
function sent(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.dataset.do === "look-up") void asking.lookUp();
  if (form.dataset.do === "code") void openByCode();
}

/** @param {Event} event */
function ticked(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (input.dataset.do === "copy") void board.pickCopy(input.checked);
  if (input.dataset.do === "photo") void attach.pickPhoto(input);
  if (input.dataset.field === "t-partner") void report.pickPartner(input.checked);
  if (input.closest("[data-follow]")) void board.pickFollow();
}

/** Say plainly that nothing may be sent by here (R3). @param {string} why */
function stopHere(why) {
  find("[data-tabs]").hidden = true;
  put(find("[data-stop-why]"), say(`stop-${why}`));
  put(find("[data-state]"), "");
  hold("stop");
}

/** Others on the way could read along: no more than without scripts, and the link leaves the address (R25). */
function notClosed() {
  if (location.hash) history.replaceState(null, "", location.pathname);
  find("[data-tabs]").hidden = true;
  find("[data-starting]").hidden = true;
  hold("plain");
}

/** Nothing opened this phone yet: there is nothing to warn with, and no board. */
function notYet() {
  find("[data-tabs]").hidden = true;
  find("[data-starting]").hidden = true;
  begin("open");
}

/** The form may be answered: what this phone may say is known. @param {import("./api.js").Setup} setup */
async function answerable(setup) {
  const first = !now.known;
  // Asked before anything can be answered: what is begun now is not what was left.
  const left = first && (await unfinished());
  find("[data-starting]").hidden = true;
  find("[data-talk]").hidden = !report.mayTalk(setup);
  put(find("[data-link-note]"), setup.point.present ? "" : say("old-link"));
  find("[data-tabs]").hidden = false;
  if (first || here() === "open") begin(left ? "unfinished" : "home");
}

/** Nobody is kept waiting for what seals: until the list is verified the answers are in memory and nowhere else (R3).
 *  @param {import("./api.js").Setup} setup */
async function early(setup) {
  // A phone that was told to stop stays so until a list is verified.
  if (now.known || here() === "stop") return;
  await answerable(setup);
  know(setup);
}

/** This phone may write. @param {import("./api.js").Setup} setup */
async function opened(setup) {
  release();
  await answerable(setup);
  open(setup);
  // What was answered meanwhile is sealed now (R9).
  if (now.answers) step(report.notKept);
}

let tries = 0;

/** @param {unknown} error */
async function notOpened(error) {
  const code = /** @type {any} */ (error).code;
  if (/^list_/.test(String(code))) {
    await remember(now.db, "stop", code);
    return stopHere(code);
  }
  if (here() === "stop") return undefined;
  const refused = error instanceof Refused;
  const paused = refused && error.status === 403;
  const words = say(paused ? "paused" : refused ? "open-no" : "open-wait");
  if (now.setup) return refused ? put(find("[data-link-note]"), words) : undefined;
  // Somebody is answering: what verifies the list is still to come, and is asked for until it is here.
  if (now.known && !refused) return void setTimeout(askServer, Math.min(60000, 4000 * 2 ** tries++));
  notYet();
  put(find("[data-open-no]"), words);
  if (refused && !paused) await remember(now.db, "link", undefined);
}

/** Ask the server: exchange the link, take and verify the setup. */
async function askServer() {
  try {
    if (!(await redeem(now.db))) return;
    const { setup, compare } = await refresh(now.db, early);
    if (compare) {
      find("[data-letters]").textContent = compare;
      release();
      show("compare", { start: true });
    } else {
      await opened(setup);
      keepSms();
    }
  } catch (error) {
    await notOpened(error);
  }
}

/** @param {boolean} same */
async function endCompare(same) {
  await compared(now.db, same);
  if (!same) return stopHere("list_fingerprint");
  await opened(await recall(now.db, "setup"));
  void send(true).then(keepSms);
}

async function openByCode() {
  put(find("[data-open-no]"), "");
  try {
    await redeemCode(now.db, field("code").value);
  } catch (error) {
    return notOpened(error);
  }
  field("code").value = "";
  await askServer();
}

/** What is on this phone decides what is shown first; the server is asked after. */
async function start() {
  if (location.hash) find("[data-starting]").hidden = false;
  now.db = await openStore();
  await phone.takeLink(now.db);
  const [setup, list, stop, device, link, copy] = await Promise.all(
    ["setup", "list", "stop", "device", "link", "copy"].map((key) => recall(now.db, key)),
  );
  /** @type {HTMLInputElement} */ (find('[data-do="copy"]')).checked = Boolean(copy);
  if (stop) stopHere(stop);
  else if (setup && list && !link) await opened(setup);
  else if (!device && !link) notYet();
  await changed();
  if (device || link) await askServer();
}

/** What may fail without anybody being sent away from what they write. */
async function goOn() {
  const tried = watchSignal();
  await watchSms(acts).catch(() => {});
  await board.tidy().catch(() => {});
  await sayKept().catch(() => {});
  await phone.watchWorker(tried);
  await watchNotices(acts).catch(() => {});
}

document.addEventListener("click", tapped);
document.addEventListener("submit", sent);
document.addEventListener("change", ticked);
phone.watchLooking();
report.watchFields();
watchVoices();
board.watchBoard();
phone.watchRelease();
for (const screen of all("[data-s]")) screen.hidden = screen.dataset.s !== "home";
// Without a secure origin the browser lends no seal: the page then does what it does without scripts (R25).
if (!isSecureContext || !crypto.subtle || typeof indexedDB === "undefined") notClosed();
else start().then(goOn, notClosed);
