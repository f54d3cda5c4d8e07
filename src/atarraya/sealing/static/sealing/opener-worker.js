// @ts-check
// The worker half of opener.js: takes one message {items, identities}, tells each result, then all of them.
import { openMany } from "./opener.js";

self.onmessage = async ({ data: { items, identities } }) => {
  const results = await openMany(items, identities, (done, total, opened) => self.postMessage({ done, total, opened }));
  self.postMessage({ results });
};
