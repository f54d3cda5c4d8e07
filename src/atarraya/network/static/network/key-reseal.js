// @ts-check
// The same key under new words, a new sheet, or this device.
import { sealBundleForCode, sealBundleForPhrase } from "../sealing/bundle.js";
import { toB64 } from "../sealing/bytes.js";
import { newPasskey, passkeyPossible, sealBundleForPasskey } from "../sealing/passkey.js";
import { postAndGo } from "./api.js";
import { facts, one, onSubmit, refuse, step } from "./dom.js";
import { confirmedCode, confirmedPhrase } from "./phrasesteps.js";
import { unlocked } from "./unlock.js";

const { page, neutral } = facts();

/** @returns {Promise<import("../sealing/bundle.js").Bundle>} */
async function opened() {
  const keyring = await unlocked(page === "phrase" ? "code" : "phrase");
  if (!keyring.bundle) throw refuse("failed");
  return keyring.bundle;
}

/** @param {object} body */
async function store(body) {
  step("storing");
  onSubmit(one("[data-step=storing] form"), () => postAndGo(location.pathname, body));
  /** @type {HTMLFormElement} */ (one("[data-step=storing] form")).requestSubmit();
}

/** @param {import("../sealing/bundle.js").Bundle} bundle */
async function reseal(bundle) {
  if (page === "phrase") {
    const phrase = await confirmedPhrase();
    return store({ phrase_file: toB64(await sealBundleForPhrase(bundle, phrase)) });
  }
  const code = await confirmedCode();
  return store({ code_file: toB64(await sealBundleForCode(bundle, code)) });
}

/** @param {import("../sealing/bundle.js").Bundle} bundle */
async function copyToDevice(bundle) {
  if (!passkeyPossible()) throw refuse("no_passkey");
  let name;
  let file;
  try {
    name = await newPasskey(neutral);
    file = await sealBundleForPasskey(bundle, name);
  } catch {
    throw refuse("no_passkey");
  }
  await store({ passkey_name: name, passkey_file: toB64(file) });
}

onSubmit(one("[data-begin]"), async () => {
  const bundle = await opened();
  if (page === "device") await copyToDevice(bundle);
  else void reseal(bundle);
});
