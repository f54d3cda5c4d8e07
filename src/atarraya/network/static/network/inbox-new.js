// @ts-check
// A new inbox: its list 1 is signed by the key of the circle that serves it first.
import { postAndGo } from "./api.js";
import { facts, input, one, onSubmit, refuse } from "./dom.js";
import { firstList } from "./lists-sign.js";
import { unlocked } from "./unlock.js";

onSubmit(one("[data-begin]"), async () => {
  const keyring = await unlocked();
  const chosen = input("[name=circle]").value;
  const circle = keyring.circles.find((one) => one.id === chosen);
  if (!circle || !circle.bundle) throw refuse("no_circle");
  const { id, list } = firstList(facts()[chosen], circle.bundle);
  await postAndGo(facts("address"), { id, name: input("[name=name]").value, circles: [chosen], list });
});
