import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "../served.mjs";

const { falseAlarm } = await served("alerts/point/account.js");
const { prove } = await served("desk/proving.js");
const { newReceipt } = await served("sealing/receipt.js");

const receipt = await newReceipt("6f1b0a0e-3c1d-4e2f-9a7b-0d5c8e7f6a21");
const opened = (payload, over = {}) => ({ header: {}, code: "opened", payload, ...over });

test("what was said with the words is proved by them alone, whatever else the envelope says", async () => {
  const own = opened(falseAlarm(receipt));
  const copied = opened({ v: 1, type: "note", act: "false_alarm", claimed: receipt.claimHash, claim: receipt.claimHash });
  const broken = opened({ v: 1, type: "note", act: "false_alarm", claim: 7 });
  const none = opened({ v: 1, type: "note", act: "false_alarm" });
  const closed = opened(null);
  await prove([own, copied, broken, none, closed]);
  assert.equal(own.claimed, receipt.claimHash);
  assert.notEqual(copied.claimed, receipt.claimHash);
  assert.deepEqual([broken.claimed, none.claimed, closed.claimed], ["", "", undefined]);
});
