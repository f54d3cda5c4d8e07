// @ts-check
// Photos are drawn anew before they are sealed: place, hour, phone and whatever else the file carried stay behind.
import { find, onShow, put, say } from "./dom.js";
import { notKept } from "./report.js";
import { begun, now, step } from "./session.js";
import { dropAttachment, keepSlice } from "./store.js";

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
  const [{ newAttachment, sealFile }, { newId }, { threadEraseHash }] = await Promise.all([
    import("../../sealing/attachments.js"), import("../../sealing/bytes.js"), import("../../sealing/receipt.js"),
  ]);
  const a = await begun();
  const bytes = new Uint8Array(await (await drawnAnew(file)).arrayBuffer());
  const named = newAttachment();
  const { sealed, size, chunks } = await sealFile(named, bytes);
  const { thread } = await /** @type {Promise<import("./account.js").Receipt>} */ (now.receipt);
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
