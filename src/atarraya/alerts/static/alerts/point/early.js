// @ts-check
// What a point asks goes without cookies, and browsers make a connection of its own for that: three trips over the line.
// On a first visit it is made while the rest of the page comes, by asking for what the browser will want anyway.
if (!navigator.serviceWorker || !navigator.serviceWorker.controller) {
  fetch("/manifest.webmanifest", { credentials: "omit" }).catch(() => {});
}
