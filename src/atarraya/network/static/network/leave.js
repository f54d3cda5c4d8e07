// @ts-check
// Leaving forgets the sleeping key of this tab before the form that ends the session goes out.
import { all } from "./dom.js";
import { forgetSleep } from "./sleep.js";

for (const form of all("[data-leave]")) {
  form.addEventListener("submit", () => {
    forgetSleep();
    sessionStorage.clear();
  });
}
