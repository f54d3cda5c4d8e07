import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "../served.mjs";

const { fault, standing, tree } = await served("calls/people.js");
const person = (id, by = "", more = {}) => ({ id, name: id.toUpperCase(), number: "300 111 2233", by, ...more });

test("a chain that cannot be followed is not saved, and says about whom", () => {
  assert.deepEqual(fault(" ", [person("a")]), { code: "no_title", who: "" });
  assert.deepEqual(fault("río", []), { code: "nobody", who: "" });
  assert.deepEqual(fault("río", [person("a"), person("b", "gone")]), { code: "no_caller", who: "B" });
  assert.deepEqual(fault("río", [person("a", "b"), person("b")]), { code: "no_caller", who: "A" });
  assert.deepEqual(fault("río", [person("a", "a")]), { code: "no_caller", who: "A" });
  for (const number of ["<img src=x>", "tel:300", "*06#", "300;301", "300 cinco", "+"]) {
    assert.deepEqual(fault("río", [person("a", "", { number })]), { code: "bad_number", who: "A" }, number);
  }
  for (const number of ["", "+57 300 111 2233", "(4) 671-2233"]) assert.equal(fault("río", [person("a", "", { number })]).code, "");
});

test("everybody stands under who calls them, and nobody is left out", () => {
  const shown = (people) => tree(people).map(({ id, depth }) => `${id}${depth}`).join(" ");
  assert.equal(shown([person("a"), person("b"), person("c", "a"), person("d", "c"), person("e", "b")]), "a0 c1 d2 b0 e1");
  assert.equal(shown([person("a", "gone")]), "a0");
  assert.equal(shown([person("a", "b"), person("b", "a"), person("c")]), "c0 a0 b0");
  assert.equal(shown([person("a"), person("b", "a"), person("c", "b"), person("d", "c"), person("e", "d")]), "a0 b1 c2 d3 e3");
});

test("marks of several people merge the same in any order, however often they come", () => {
  const marks = [
    { person: "a", said: "silent", alias: "Ana", at: "2026-11-26T10:00:01", id: "1" },
    { person: "a", said: "answered", alias: "Leo", at: "2026-11-26T10:00:09", id: "2" },
    { person: "b", said: "again", alias: "Ana", at: "2026-11-26T10:00:05", id: "3" },
    { person: "b", said: "answered", alias: "Leo", at: "2026-11-26T10:00:05", id: "4" },
  ];
  for (const order of [marks, [...marks].reverse(), [marks[3], marks[1], marks[0], marks[2], marks[1], marks[1]]]) {
    const found = standing(order);
    assert.deepEqual([found.get("a").alias, found.get("a").said, found.get("b").said, found.size], ["Leo", "answered", "answered", 2]);
  }
});
