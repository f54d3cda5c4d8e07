// @ts-check
// The worker that keeps the page for when there is no signal. A new one takes over only when nothing is being answered.
import { workerAddress } from "../../web/trusted.js";
import { now } from "./session.js";

/** @param {ServiceWorkerRegistration} registration */
function takeOver(registration) {
  const { waiting } = registration;
  if (!waiting || now.answers) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => now.answers || location.replace("/"), { once: true });
  waiting.postMessage("take over");
}

export async function watchWorker() {
  if (!("serviceWorker" in navigator)) return;
  try {
    const address = workerAddress(String(document.body.dataset.worker));
    const registration = await navigator.serviceWorker.register(address, { scope: "/", updateViaCache: "all" });
    if (navigator.serviceWorker.controller) takeOver(registration);
  } catch {
    // Private windows may refuse it: the page works while it is open.
  }
}
