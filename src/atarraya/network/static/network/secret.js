// @ts-check
// A one-time text that came in the link's fragment goes into its field, and out of the address.
import { input } from "./dom.js";

if (location.hash.length > 1) {
  input("[name=secret]").value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}
