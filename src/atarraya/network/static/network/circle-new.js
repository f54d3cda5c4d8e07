// @ts-check
// A circle is born here: its first key, and an offline identity that leaves this page only on three sheets of paper.
import { generateX25519Identity, identityToRecipient } from "../vendor/age.js";
import { newCircleBundle, publicHalf, sealBundleTo } from "../sealing/bundle.js";
import { plainCrockford, toB64 } from "../sealing/bytes.js";
import { split } from "../sealing/sheets.js";
import { get, postAndGo } from "./api.js";
import { all, holdPage, input, one, onSubmit, refuse, step } from "./dom.js";

onSubmit(one("[data-begin]"), async () => {
  const name = input("[name=name]").value.trim();
  if (!name) throw refuse("name");
  void make(name, input("[name=purpose]").value);
});

/** @param {string} sheet @returns {string} */
const lastGroup = (sheet) => sheet.slice(sheet.lastIndexOf("-") + 1);

/** @param {string[]} sheets @returns {Promise<void>} once the last group of each was typed back from paper */
function onPaper(sheets) {
  all("[data-sheet]").forEach((place, i) => (place.textContent = sheets[i]));
  holdPage(true);
  step("sheets");
  one("[data-print]").onclick = () => print();
  return new Promise((resolve) => {
    onSubmit(one("[data-step=sheets] form"), async () => {
      const typed = all("[data-step=sheets] input").map((field) => /** @type {HTMLInputElement} */ (field).value);
      const right = typed.every((text, i) => {
        try {
          return plainCrockford(text) === lastGroup(sheets[i]);
        } catch {
          return false;
        }
      });
      if (!right) throw refuse("not_those_groups");
      resolve();
    });
  });
}

/** @param {string} name @param {string} purpose */
async function make(name, purpose) {
  const { member } = await get("/equipo/llaves.json");
  for (const place of all("[data-circle-name]")) place.textContent = name;
  const offline = await generateX25519Identity();
  await onPaper(await split(offline));
  step("storing");
  const recipient = await identityToRecipient(offline);
  const bundle = await newCircleBundle();
  const body = {
    name,
    purpose,
    offline_recipient: recipient,
    public: await publicHalf(bundle),
    wrapped: {
      offline: toB64(await sealBundleTo(bundle, recipient)),
      [member.id]: toB64(await sealBundleTo(bundle, member.public.age)),
    },
  };
  onSubmit(one("[data-step=storing] form"), () => postAndGo(address(), body));
  /** @type {HTMLFormElement} */ (one("[data-step=storing] form")).requestSubmit();
}

/** @returns {string} */
function address() {
  return one("[data-address]").dataset.address || location.pathname;
}
