// @ts-check
// Voice and photographs: fetched sealed, opened in memory, shown here, gone with the tab.
import { openFile } from "../sealing/attachments.js";
import { get } from "./api.js";
import { fill, fromTemplate, one, onPress, replace } from "./dom.js";
import { fromBase64 } from "./store.js";
import { say } from "./words.js";

/** @typedef {{id: string, key: string, kind: string, type: string, size: number, chunks: number}} Named */

/** Types a browser shows without running anything. */
const SHOWN = /^(?:image\/(?:jpeg|png|webp)|audio\/(?:ogg|webm|mp4)(?:;.*)?)$/;

/** @type {Set<string>} addresses of what is open in memory */
const open = new Set();

/** Let go of every picture and voice: an address of memory lives as long as the tab if nobody does. */
export function closeFiles() {
  for (const source of open) URL.revokeObjectURL(source);
  open.clear();
}

/** @param {{addresses: Record<string, string>}} desk @param {HTMLElement} root @param {readonly Named[]} named */
export function files(desk, root, named) {
  const section = /** @type {HTMLElement} */ (one(root, ".files"));
  section.hidden = named.length === 0;
  replace(one(section, "ul"), named.map((file) => fileLine(desk, file)));
}

/** @param {{addresses: Record<string, string>}} desk @param {Named} file @returns {HTMLElement} */
function fileLine(desk, file) {
  const made = fromTemplate("t-file", { name: `${say(`file_${file.kind}`)} · ${Math.ceil(file.size / 1024)} KB` });
  onPress(one(made, "button"), async () => {
    fill(made, { state: say("file_fetching") });
    try {
      one(made, ".shown").replaceChildren(await shown(desk, file));
      fill(made, { state: "" });
    } catch {
      fill(made, { state: say("file_missing") });
    }
  });
  return made;
}

/** @param {{addresses: Record<string, string>}} desk @param {Named} file @returns {Promise<HTMLElement>} */
async function shown(desk, file) {
  const address = desk.addresses.attachment.replace("00000000-0000-4000-8000-000000000000", file.id);
  const { body } = await get(address);
  const sealed = body.slices.map((/** @type {{sealed: string}} */ slice) => fromBase64(slice.sealed));
  const bytes = await openFile(file, sealed);
  const type = SHOWN.test(file.type) ? file.type : "application/octet-stream";
  const source = URL.createObjectURL(new Blob([bytes], { type }));
  open.add(source);
  const element = type.startsWith("image/") ? new Image() : new Audio();
  element.src = source;
  if (element instanceof HTMLAudioElement) element.controls = true;
  else element.alt = say("file_photo");
  return element;
}

