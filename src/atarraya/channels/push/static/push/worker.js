// @ts-check
// A member's browser is told that there is something new. This worker only shows it: it keeps no page, answers no
// request and has a scope of its own beside the point's page, whose worker it never meets.
const worker = /** @type {any} */ (self);

worker.addEventListener("push", (/** @type {any} */ event) => {
  let said = { title: "·", body: "" };
  try {
    said = event.data.json();
  } catch {
    // Not of our making: browsers want something shown all the same.
  }
  // One tag: what is new takes the place of what was shown before.
  const shown = { body: String(said.body), tag: "new", renotify: true };
  event.waitUntil(worker.registration.showNotification(String(said.title), shown));
});

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(worker.clients.openWindow("/equipo/"));
});
