// @ts-check
// Receiving notices in this browser. It asks for permission only when a person saves with this way chosen, and says
// so plainly where a browser cannot.
import { one } from "../network/dom.js";
import { workerAddress } from "../web/trusted.js";

const section = one('[data-way="push"]');
const form = /** @type {HTMLFormElement} */ (section.closest("form"));
const choice = /** @type {HTMLInputElement} */ (one("input[name=way]", section));
let busy = false;

/** @param {string} code */
function say(code) {
  const held = /** @type {HTMLTemplateElement} */ (one(`template[data-say="${code}"]`, section));
  one("[data-why]", section).textContent = held.content.textContent;
}

/** @param {string} name @returns {HTMLInputElement} */
const field = (name) => /** @type {HTMLInputElement} */ (one(`[data-field="${name}"]`, section));

/** @param {string} text base64url */
function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return new Uint8Array(Array.from(plain, (letter) => letter.charCodeAt(0)));
}

/** @param {ServiceWorkerRegistration} registration */
async function started(registration) {
  const coming = registration.installing || registration.waiting;
  if (registration.active || !coming) return;
  await new Promise((done) => coming.addEventListener("statechange", () => coming.state === "activated" && done(null)));
}

/** The browser's address for this server; one made for another key is given up first. */
async function subscribe() {
  const registration = await navigator.serviceWorker.register(workerAddress(section.dataset.worker || ""));
  await started(registration);
  const key = bytes(section.dataset.key || "");
  const held = await registration.pushManager.getSubscription();
  const same = held && held.options.applicationServerKey;
  if (held && same && bytesEqual(new Uint8Array(same), key)) return held;
  if (held) await held.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

/** @param {Uint8Array} a @param {Uint8Array} b */
const bytesEqual = (a, b) => a.length === b.length && a.every((value, place) => value === b[place]);

async function send() {
  if ((await Notification.requestPermission()) !== "granted") return say("refused");
  const made = (await subscribe()).toJSON();
  const keys = made.keys || {};
  field("endpoint").value = made.endpoint || "";
  field("p256dh").value = keys.p256dh || "";
  field("auth").value = keys.auth || "";
  form.submit();
}

const able = isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
if (!able) {
  say("impossible");
} else if (Notification.permission === "denied") {
  say("denied");
} else {
  choice.disabled = false;
  say("ready");
  form.addEventListener("submit", (event) => {
    if (!choice.checked) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    send().catch(() => say("failed")).finally(() => { busy = false; });
  });
}
