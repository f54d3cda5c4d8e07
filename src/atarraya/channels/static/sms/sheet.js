// @ts-check
// Prints one of a page's two papers: the words and what they mean never come out together.
import { all } from "../network/dom.js";

/** @param {string} which */
function printOnly(which) {
  for (const paper of all("[data-paper]")) paper.toggleAttribute("data-hidden", paper.dataset.paper !== which);
  print();
}

for (const button of all("[data-print-what]")) button.addEventListener("click", () => printOnly(String(button.dataset.printWhat)));
