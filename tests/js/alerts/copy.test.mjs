import assert from "node:assert/strict";
import { test } from "node:test";
import {
  age, arrange, merge, midnights, ms, networkNow, partOf, placeNow, readable, stateNow, until, when,
} from "../../../src/atarraya/alerts/static/alerts/point/copy.js";

const NOW = ms("2026-11-23T14");
const alert = (i, over = {}) => ({ i, m: "27099", k: "COMBAT", u: "NOW", s: "UNCONF", a: "SHELTER", v: 1, t: "2026-11-23T10", ...over });
const body = (over = {}) => ({
  v: 1, seq: 5, hour: "2026-11-23T14", full: true, places: [{ c: "27099", n: "Bojayá", s: "ALERTS" }], alerts: [], gone: [], ...over,
});

test("what changed is put over the copy, what is gone leaves it", () => {
  const held = merge(null, body({ alerts: [alert("a"), alert("b"), alert("c")] }));
  const next = merge(held, body({ full: false, seq: 8, alerts: [alert("b", { v: 2, s: "CONF" })], gone: ["c"] }));
  assert.deepEqual(next.alerts.map(({ i, v }) => [i, v]), [["a", 1], ["b", 2]]);
  assert.equal(next.seq, 8);
});

test("a whole board takes the place of the copy", () => {
  const held = merge(null, body({ alerts: [alert("a")] }));
  assert.deepEqual(merge(held, body({ alerts: [alert("z")] })).alerts.map(({ i }) => i), ["z"]);
});

test("an alert whose hour has passed is told as lapsed, on a copy too", () => {
  assert.equal(stateNow(alert("a", { x: "2026-11-23T15" }), NOW), "UNCONF");
  assert.equal(stateNow(alert("a", { x: "2026-11-23T14" }), NOW), "EXPIRED");
  assert.equal(stateNow(alert("a"), NOW + 365 * 86400000), "UNCONF", "mines do not lapse");
});

test("a phone whose clock was set back never makes an old copy younger than it came", () => {
  const fetched = 1_000_000_000;
  assert.equal(networkNow("2026-11-23T14", fetched, fetched - 86400000), NOW);
  assert.equal(networkNow("2026-11-23T14", fetched, fetched + 3600000), NOW + 3600000);
});

test("what changed comes first, then urgency, then the newest", () => {
  const copy = merge(null, body({
    alerts: [
      alert("know", { u: "KNOW" }), alert("old", { t: "2026-11-22T10" }), alert("new", { t: "2026-11-23T12" }),
      alert("corrected", { u: "KNOW", c: 1, f: "2026-11-24T14" }), alert("ended", { e: 1, f: "2026-11-23T13" }),
    ],
  }));
  assert.deepEqual(readable(copy, NOW).map(({ i }) => i), ["corrected", "new", "old", "know"]);
  const { changed, groups } = arrange(copy, NOW);
  assert.deepEqual(changed.map(({ i }) => i), ["corrected"]);
  assert.deepEqual(groups[0].alerts.map(({ i }) => i), ["new", "old", "know"]);
});

test("a copy without signal never says that there is no danger", () => {
  const place = { c: "27099", n: "Bojayá", s: "SPOKE" };
  assert.equal(placeNow(place, 0, true), "SPOKE");
  assert.equal(placeNow(place, 0, false), "UNKNOWN");
  assert.equal(placeNow(place, 1, false), "ALERTS");
});

test("hours become words by the calendar, not by 24 hours", () => {
  assert.deepEqual(when("2026-11-22T23", "", NOW), { key: "yesterday", n: 1, part: "NIGHT" });
  assert.deepEqual(when("2026-11-23T02", "", NOW), { key: "today", n: 0, part: "DAWN" });
  assert.deepEqual(when("2026-11-20T10", "MORNING", NOW), { key: "days-ago", n: 3, part: "" });
  assert.equal(midnights(ms("2026-12-31T23"), ms("2027-01-01T01")), 1);
  assert.equal(partOf(ms("2026-11-23T18")), "NIGHT");
});

test("lapsing is told by the calendar", () => {
  assert.equal(until(undefined, NOW).key, "ends-never");
  assert.equal(until("2026-11-23T20", NOW).key, "ends-today");
  assert.equal(until("2026-11-24T01", NOW).key, "ends-tomorrow");
  assert.deepEqual(until("2026-11-30T01", NOW), { key: "ends-days", n: 7 });
});

test("the age of a copy is told in words a person counts in", () => {
  const hour = 3600000;
  assert.deepEqual([0, hour, 5 * hour, 30 * hour, 49 * hour].map((passed) => age(passed)), [
    { key: "now-ago", n: 0 }, { key: "hour-ago", n: 1 }, { key: "hours-ago", n: 5 }, { key: "day-ago", n: 1 }, { key: "days-ago", n: 2 },
  ]);
});
