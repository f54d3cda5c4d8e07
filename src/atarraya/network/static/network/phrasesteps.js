// @ts-check
// Showing new words and making sure they are on paper: two of the seven are asked back.
import { newCode, newPhrase, PHRASE_WORDS } from "../sealing/bundle.js";
import { plainCrockford, random } from "../sealing/bytes.js";
import { plainWords } from "../sealing/words.js";
import { all, holdPage, input, one, onSubmit, refuse, step } from "./dom.js";

/** @returns {number[]} two different places, in order */
function twoPlaces() {
  const first = random(1)[0] % PHRASE_WORDS;
  const second = (first + 1 + (random(1)[0] % (PHRASE_WORDS - 1))) % PHRASE_WORDS;
  return [first, second].sort((a, b) => a - b);
}

/** Show new words, ask two of them back. Steps "words" and "check" of the page.
 *  @returns {Promise<string>} the phrase, once two were typed back right */
export function confirmedPhrase() {
  const words = newPhrase();
  holdPage(true);
  const list = one("[data-words]");
  list.replaceChildren(...words.map((word) => Object.assign(document.createElement("li"), { textContent: word })));
  step("words");
  return new Promise((resolve) => {
    let places = twoPlaces();
    const ask = () => {
      places = twoPlaces();
      all("[data-place]").forEach((place, i) => (place.textContent = String(places[i] + 1)));
      for (const field of all("[data-step=check] input")) /** @type {HTMLInputElement} */ (field).value = "";
      step("check");
      input("[data-step=check] input").focus();
    };
    one("[data-written]").onclick = ask;
    one("[data-again]").onclick = () => step("words");
    onSubmit(one("[data-step=check] form"), async () => {
      const typed = ["[name=first]", "[name=second]"].map((name) => plainWords(input(name).value).join(""));
      if (typed.some((word, i) => word !== words[places[i]])) throw refuse("not_those");
      resolve(words.join(" "));
    });
  });
}

/** Show a new recovery code to print, ask its last group back. Step "sheet" of the page.
 *  @returns {Promise<string>} */
export function confirmedCode() {
  const code = newCode();
  holdPage(true);
  one("[data-code]").textContent = code;
  step("sheet");
  one("[data-print]").onclick = () => print();
  const last = code.slice(code.lastIndexOf("-") + 1);
  return new Promise((resolve) => {
    onSubmit(one("[data-step=sheet] form"), async () => {
      let typed = "";
      try {
        typed = plainCrockford(input("[name=group]").value);
      } catch {
        throw refuse("not_that_group");
      }
      if (typed !== last && typed !== plainCrockford(code)) throw refuse("not_that_group");
      resolve(code);
    });
  });
}
