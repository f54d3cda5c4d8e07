// @ts-check
// Signing in and confirming with a device's own lock (WebAuthn). Forms stay hidden where the browser cannot.
import { get } from "./api.js";
import { all } from "./dom.js";
import { fromB64, toB64 } from "../sealing/bytes.js";

/** @param {any} options the server's JSON @returns {any} what the browser takes */
function ready(options) {
  const key = { ...options.publicKey };
  key.challenge = fromB64(key.challenge);
  if (key.user) key.user = { ...key.user, id: fromB64(key.user.id) };
  for (const name of ["allowCredentials", "excludeCredentials"]) {
    if (key[name]) key[name] = key[name].map((/** @type {any} */ one) => ({ ...one, id: fromB64(one.id) }));
  }
  return { publicKey: key };
}

/** @param {any} credential @returns {string} as the server reads it */
function written(credential) {
  /** @type {Record<string, any>} */
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    const value = credential.response[name];
    if (value) response[name] = toB64(new Uint8Array(value));
  }
  const results = credential.getClientExtensionResults();
  return JSON.stringify({
    id: credential.id,
    rawId: toB64(new Uint8Array(credential.rawId)),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment || undefined,
    clientExtensionResults: results.credProps ? { credProps: results.credProps } : {},
    response,
  });
}

/** @param {HTMLElement} form @returns {Promise<any>} */
async function credentialFor(form) {
  if (form.dataset.passkey === "sign-in") {
    const { request_options } = await get(/** @type {HTMLFormElement} */ (form).action);
    return navigator.credentials.get(ready(request_options));
  }
  const options = ready(JSON.parse(form.dataset.options || "{}"));
  if (form.dataset.passkey === "get") return navigator.credentials.get(options);
  options.publicKey.authenticatorSelection = {
    ...options.publicKey.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return navigator.credentials.create(options);
}

if (typeof PublicKeyCredential !== "undefined") {
  for (const form of all("[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const said = form.querySelector("[data-problem]");
      credentialFor(form)
        .then((credential) => {
          const field = /** @type {HTMLInputElement} */ (form.querySelector("[name=credential]"));
          field.value = written(credential);
          /** @type {HTMLFormElement} */ (form).submit();
        })
        .catch(() => said instanceof HTMLElement && (said.hidden = false));
    });
  }
}
