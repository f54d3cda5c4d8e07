// @ts-check
// Making an account with a one-time link: the secret is read from the fragment and travels only in the body.
import { postAndGo } from "./api.js";
import { facts, input, one, onSubmit, problem, refuse } from "./dom.js";

const secret = location.hash.slice(1);
const form = one("[data-accept]");
if (!secret) problem("no_secret");

onSubmit(form, async () => {
  if (!secret) throw refuse("no_secret");
  if (input("[name=password]").value !== input("[name=again]").value) throw refuse("passwords");
  const alias = /** @type {HTMLInputElement | null} */ (document.querySelector("[name=alias]"));
  await postAndGo(facts("address"), {
    secret,
    login: input("[name=login]").value,
    password: input("[name=password]").value,
    alias: alias ? alias.value : "",
  });
});
