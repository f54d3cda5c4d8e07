// @ts-check
// A voice note and photos: what goes beside an account, sealed slice by slice.
import { concat, newId } from "../../sealing/bytes.js";
import { find, onShow, put, say } from "./dom.js";
import { seals } from "./later.js";
import { notKept } from "./report.js";
import { dropAttachment, keepSlice } from "./sealer.js";
import { begun, now, step, verified, words } from "./session.js";

/** What seals a file; nothing is kept before the list is verified (R3). */
async function tools() {
  const part = await seals();
  await verified();
  return part;
}

// A voice note of at most a minute. Each slice is sealed as it is recorded; what is heard again is in memory only.
// It is replayed without a media element: those leave a notice on the phone's screen, and a file.
const LONGEST = 60;
const RATE = 16000;
const SLICE = 8192;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/webm"];

/** @type {{recorder: MediaRecorder, stream: MediaStream, clock: number, from: number} | null} */
let on = null;
/** @type {Bytes[]} */
let heard = [];
/** @type {AudioContext | null} */
let speaker = null;

/** @param {boolean} recording @param {boolean} recorded */
function buttons(recording, recorded) {
  find('[data-do="record"]').hidden = recording || recorded;
  find('[data-do="record-stop"]').hidden = !recording;
  find('[data-do="replay"]').hidden = recording || heard.length === 0;
  find('[data-do="record-again"]').hidden = recording || !recorded;
}

const recorded = () => Boolean(now.answers && now.answers.attachments.some((one) => one.kind === "voice"));

onShow("voice", () => {
  if (!recorded()) heard = [];
  buttons(on !== null, recorded());
});

/** Seals bytes as they come, in slices of one size; the rest waits in memory for the next.
 *  @param {import("./account.js").Attached} named */
async function sealing(named) {
  const { sealChunk, threadEraseHash } = await tools();
  const { thread } = await words();
  const erase = await threadEraseHash(thread, named.id);
  const of = (await begun()).id;
  let rest = new Uint8Array(0);
  return async (/** @type {Bytes} */ bytes, /** @type {boolean} */ last) => {
    rest = concat(rest, bytes);
    named.size += bytes.length;
    while (rest.length >= SLICE || (last && rest.length > 0)) {
      const part = rest.subarray(0, SLICE);
      rest = rest.slice(part.length);
      const filled = concat(part, new Uint8Array((4096 - (part.length % 4096)) % 4096));
      const body = await sealChunk(named, named.chunks, filled);
      await keepSlice(now.db, { id: newId(), of, attachment: named.id, index: named.chunks, erase, body, sends: false });
      named.chunks += 1;
      step(notKept);
    }
  };
}

/** @returns {Promise<MediaStream>} */
const microphone = () =>
  navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true, echoCancellation: false } });

export async function record() {
  put(find("[data-voice-no]"), "");
  const type = TYPES.find((one) => typeof MediaRecorder !== "undefined" && MediaRecorder.isTypeSupported(one));
  try {
    if (!type) throw new Error("type");
    const stream = await microphone();
    const a = await begun();
    const { newAttachment } = await tools();
    const named = { ...newAttachment(), kind: /** @type {const} */ ("voice"), type, size: 0, chunks: 0 };
    const seal = await sealing(named);
    a.attachments.push(named);
    heard = [];
    start(new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: RATE }), stream, seal);
  } catch {
    put(find("[data-voice-no]"), say("no-voice"));
    stop();
  }
}

/** @param {MediaRecorder} recorder @param {MediaStream} stream @param {(bytes: Bytes, last: boolean) => Promise<void>} seal */
function start(recorder, stream, seal) {
  let work = Promise.resolve();
  recorder.ondataavailable = ({ data }) => {
    work = work.then(async () => {
      const bytes = new Uint8Array(await data.arrayBuffer());
      heard.push(bytes);
      await seal(bytes, false);
    }).catch(notKept);
  };
  recorder.onstop = () => {
    work = work.then(() => seal(new Uint8Array(0), true)).catch(notKept).then(() => buttons(false, recorded()));
  };
  on = { recorder, stream, clock: window.setInterval(tick, 500), from: Date.now() };
  recorder.start(2000);
  buttons(true, false);
  tick();
}

function tick() {
  if (!on) return;
  const seconds = Math.floor((Date.now() - on.from) / 1000);
  find("[data-clock]").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds >= LONGEST) stop();
}

/** Stop recording, if it is on. */
export function stop() {
  if (!on) return;
  clearInterval(on.clock);
  if (on.recorder.state !== "inactive") on.recorder.stop();
  for (const track of on.stream.getTracks()) track.stop();
  on = null;
}

export async function replay() {
  quiet();
  const bytes = new Uint8Array(heard.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of heard) {
    bytes.set(part, at);
    at += part.length;
  }
  speaker = new AudioContext();
  const source = speaker.createBufferSource();
  source.buffer = await speaker.decodeAudioData(bytes.buffer);
  source.connect(speaker.destination);
  source.start();
}

/** Stop what is being heard. */
export function quiet() {
  if (speaker) void speaker.close();
  speaker = null;
}

/** Forget this recording and begin another. */
export async function again() {
  quiet();
  const a = await begun();
  const old = a.attachments.filter((one) => one.kind === "voice");
  a.attachments = a.attachments.filter((one) => one.kind !== "voice");
  for (const one of old) await dropAttachment(now.db, one.id);
  heard = [];
  find("[data-clock]").textContent = "0:00";
  step(notKept);
  buttons(false, false);
}

/** Forget what was heard (the page is being left). */
export function forgetVoice() {
  stop();
  quiet();
  heard = [];
}

// Photos are drawn anew before they are sealed: place, hour, phone and whatever else the file carried stay behind.
const SIDE = 1280;
const MOST = 4;
const QUALITY = 0.6;

/** @param {File} file @returns {Promise<Blob>} a JPEG without metadata; throws if it is no picture */
async function drawnAnew(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("canvas"))), "image/jpeg", QUALITY);
  });
}

/** @param {File} file */
async function keep(file) {
  const { newAttachment, sealFile, threadEraseHash } = await tools();
  const a = await begun();
  const bytes = new Uint8Array(await (await drawnAnew(file)).arrayBuffer());
  const named = newAttachment();
  const { sealed, size, chunks } = await sealFile(named, bytes);
  const { thread } = await words();
  const erase = await threadEraseHash(thread, named.id);
  for (const [index, body] of sealed.entries()) {
    await keepSlice(now.db, { id: newId(), of: a.id, attachment: named.id, index, erase, body, sends: false });
  }
  a.attachments.push({ ...named, kind: "photo", type: "image/jpeg", size, chunks });
  step(notKept);
}

/** @param {HTMLInputElement} input */
export async function pickPhoto(input) {
  put(find("[data-photo-no]"), "");
  const file = (input.files || [])[0];
  const photos = (await begun()).attachments.filter((one) => one.kind === "photo");
  if (!file || photos.length >= MOST) return;
  try {
    await keep(file);
  } catch {
    put(find("[data-photo-no]"), say("no-photo"));
  }
  input.value = "";
  list();
}

/** @param {string} id */
async function remove(id) {
  const a = await begun();
  a.attachments = a.attachments.filter((one) => one.id !== id);
  await dropAttachment(now.db, id);
  step(notKept);
  list();
}

function list() {
  const photos = now.answers ? now.answers.attachments.filter((one) => one.kind === "photo") : [];
  find("[data-photos]").replaceChildren(
    ...photos.map((one, place) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      row.textContent = say("photo", { n: place + 1 });
      button.type = "button";
      button.textContent = say("remove");
      button.addEventListener("click", () => void remove(one.id));
      row.append(button);
      return row;
    }),
  );
}

onShow("photo", list);
