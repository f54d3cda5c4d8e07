// @ts-check
// Making a member's key. Until the last step nothing is stored anywhere: leaving or reloading begins again.
import { newBundle, publicHalf, sealBundleForCode, sealBundleForPhrase } from "../sealing/bundle.js";
import { toB64 } from "../sealing/bytes.js";
import { postAndGo } from "./api.js";
import { facts, one, onSubmit, step } from "./dom.js";
import { confirmedCode, confirmedPhrase } from "./phrasesteps.js";

onSubmit(one("[data-begin]"), async () => {
  void make();
});

async function make() {
  const phrase = await confirmedPhrase();
  const code = await confirmedCode();
  step("storing");
  const bundle = await newBundle();
  const { replaces } = facts();
  const half = await publicHalf(bundle);
  const body = {
    replaces,
    public: half,
    phrase_file: toB64(await sealBundleForPhrase(bundle, phrase)),
    code_file: toB64(await sealBundleForCode(bundle, code)),
  };
  const send = async () => {
    // The words to compare by voice must come from this browser's own key, not from what the server says it is.
    sessionStorage.setItem("own half", JSON.stringify(half));
    await postAndGo(location.pathname, body);
  };
  onSubmit(one("[data-step=storing] form"), send);
  /** @type {HTMLFormElement} */ (one("[data-step=storing] form")).requestSubmit();
}
