// @ts-check
// The point's page: opens the phone's store, wires what is tapped, and then asks the server.
import * as board from "./board.js";
import { all, back, field, find, here, put, say, show } from "./dom.js";
import * as leaving from "./leaving.js";
import * as more from "./more.js";
import { changed, send, watchSignal } from "./outbox.js";
import { changeLink, newLink, takeLink, watchWorker } from "./phone.js";
import { pickPhoto } from "./photos.js";
import * as report from "./report.js";
import { now, open } from "./session.js";
import { hearBeside, watchVoices } from "./speech.js";
import { discard, enqueue, items, openStore, recall, remember } from "./store.js";
import * as talk from "./talk.js";
import * as voice from "./voice.js";

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

/** Asking needs signal anyway: its script is not kept for when there is none.
 *  @param {(page: typeof import("./asking.js")) => unknown} act */
const asking = (act) => import("./asking.js").then(act, () => put(find("[data-state]"), say("need-signal")));

/** So does the map. */
const map = () => import("./map.js").then((page) => page.showMap(), () => put(find("[data-state]"), say("need-signal")));

/** @type {Record<string, Act>} */
const acts = {
  back: () => (back() ? undefined : report.home()),
  leave: leaving.leave,
  uncover: leaving.uncover,
  checkin: talk.checkIn,
  "skip-need": () => show("where"),
  warn: report.warn,
  team: () => report.finish("team"),
  "send-now": () => report.finish("now"),
  "send-later": () => report.finish("later"),
  finish: report.home,
  "talk-send": talk.sendTalk,
  "show-words": talk.showWords,
  record: voice.record,
  "record-stop": voice.stop,
  "record-again": voice.again,
  replay: voice.replay,
  "unfinished-send": () => endUnfinished(true),
  "unfinished-again": () => endUnfinished(false),
  "unfinished-erase": () => endUnfinished(false),
  "erase-ask": () => void (find("[data-erase]").hidden = false),
  erase: () => asking((page) => page.erase()),
  "board-again": board.refreshBoard,
  map,
  radio: board.radio,
  share: board.share,
  "share-now": board.shareNow,
  "hear-alert": board.hear,
  hear: hearBeside,
  still: (button) => board.tell(button, "still"),
  passed: (button) => board.tell(button, "passed"),
  second: (button) => board.tell(button, "seconds"),
  clean: leaving.clean,
  change: changeLink,
  "share-link": () => board.passOn(newLink()),
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
  "t-need": talk.pickTalk,
  "t-way": talk.pickTalk,
  ...Object.fromEntries(more.picks.map((key) => [key, more.pickOne])),
};

/** @param {Event} event */
function tapped(event) {
  const button = /** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest("button, a[data-do]"));
  if (!button) return;
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
  if (form.dataset.do === "look-up") void asking((page) => page.lookUp());
  if (form.dataset.do === "code") void openByCode();
}

/** @param {Event} event */
function ticked(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (input.dataset.do === "copy") void board.pickCopy(input.checked);
  if (input.dataset.do === "photo") void pickPhoto(input);
  if (input.dataset.field === "t-partner") void talk.pickPartner(input.checked);
  if (input.closest("[data-follow]")) void board.pickFollow();
}

/** @returns {Promise<typeof import("./opening.js")>} what verifies lists comes after the page is painted */
const opening = () => import("./opening.js");

/** Say plainly that nothing may be sent by here (R3). @param {string} why */
function stopHere(why) {
  find("[data-tabs]").hidden = true;
  show("stop", { start: true });
  put(find("[data-stop-why]"), say(`stop-${why}`));
}

/** This phone may write. @param {import("./opening.js").Setup} setup */
async function opened(setup) {
  const first = !now.setup;
  open(setup);
  find("[data-starting]").hidden = true;
  find("[data-talk]").hidden = !talk.offered(setup);
  put(find("[data-link-note]"), setup.point.present ? "" : say("old-link"));
  find("[data-tabs]").hidden = false;
  if (!first && here() !== "open") return;
  show((await unfinished()) ? "unfinished" : "home", { start: true });
}

/** @param {unknown} error */
async function notOpened(error) {
  const { Refused } = await import("./api.js");
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
  find("[data-starting]").hidden = true;
  show("open", { start: true });
  put(find("[data-open-no]"), words);
  if (refused && !paused) await remember(now.db, "link", undefined);
}

/** Ask the server: exchange the link, take and verify the setup. */
async function askServer() {
  const { redeem, refresh } = await opening();
  try {
    if (!(await redeem(now.db))) return;
    const { setup, compare } = await refresh(now.db);
    if (compare) {
      find("[data-letters]").textContent = compare;
      show("compare", { start: true });
    } else await opened(setup);
  } catch (error) {
    await notOpened(error);
  }
}

/** @param {boolean} same */
async function endCompare(same) {
  await (await opening()).compared(now.db, same);
  if (!same) return stopHere("list_fingerprint");
  await opened(await recall(now.db, "setup"));
  void send(true);
}

async function openByCode() {
  put(find("[data-open-no]"), "");
  try {
    await (await opening()).redeemCode(now.db, field("code").value);
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
  await takeLink(now.db);
  const [setup, list, stop, device, link, copy] = await Promise.all(
    ["setup", "list", "stop", "device", "link", "copy"].map((key) => recall(now.db, key)),
  );
  /** @type {HTMLInputElement} */ (find('[data-do="copy"]')).checked = Boolean(copy);
  if (stop) stopHere(stop);
  else if (setup && list && !link) await opened(setup);
  else if (!device && !link) {
    find("[data-starting]").hidden = true;
    show("open", { start: true });
  }
  await changed();
  if (device || link) await askServer();
  watchSignal();
  await board.tidy();
  await leaving.sayKept();
}

document.addEventListener("click", tapped);
document.addEventListener("submit", sent);
document.addEventListener("change", ticked);
leaving.watchLooking();
more.watchFields();
watchVoices();
board.watchBoard();
for (const screen of all("[data-s]")) screen.hidden = screen.dataset.s !== "home";
// Without a secure origin the browser lends no seal: the page then does what it does without scripts (R25).
if (!isSecureContext || !crypto.subtle || typeof indexedDB === "undefined") show("plain", { start: true });
else start().then(watchWorker, () => show("plain", { start: true }));
