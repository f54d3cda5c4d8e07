// @ts-check
// Handing a circle's keys to somebody of the network, after comparing words once more.
import { postAndGo } from "./api.js";
import { facts, input, one, onSubmit, refuse } from "./dom.js";
import { compare, wrapCircle } from "./let-in.js";
import { unlocked } from "./unlock.js";

const keys = facts("keys");
const chosen = () => keys[input("[name=member]").value];
compare(chosen);

onSubmit(one("[data-step=hand] form"), async () => {
  const keyring = await unlocked();
  const circle = keyring.circles.find((one) => one.id === facts("circle"));
  if (!circle) throw refuse("no_circle");
  const wrapped = await wrapCircle(circle, chosen().age, input("[name=earlier]").checked);
  await postAndGo(location.pathname, { member: input("[name=member]").value, recipient: chosen().age, wrapped });
});
