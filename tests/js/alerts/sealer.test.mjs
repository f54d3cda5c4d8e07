import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "../served.mjs";

const { account, blank, falseAlarm, team } = await served("alerts/point/account.js");
const { fits, saidLater } = await served("alerts/point/sealer.js");
const { text } = await served("sealing/bytes.js");
const { measure, openEnvelope } = await served("sealing/envelope.js");
const { claimHash, newReceipt, threadEraseHash } = await served("sealing/receipt.js");
const { Decrypter, generateX25519Identity, identityToRecipient } = await served("vendor/age.js");

const NETWORK = "6f1b0a0e-3c1d-4e2f-9a7b-0d5c8e7f6a21";
const keys = await Promise.all(Array.from({ length: 3 }, generateX25519Identity));
const server = await generateX25519Identity();
const setup = {
  inbox: {
    id: "0b7c5f5e-8d1a-4c3b-8e6f-2a9d4c1b7e30", number: 3, recipients: await Promise.all(keys.map(identityToRecipient)),
    circles: [{ purpose: "VERIFIERS", people: 3 }, { purpose: "WOMEN", people: 2 }, { purpose: "CARE", people: 1 }],
  },
  point: { municipality: "27099", phones: 1, present: true },
  transport_key: await identityToRecipient(server),
};

/** What the server finds in a phone's outbox: the header, and the sealed file. */
async function arrived({ body }) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(server);
  const plain = await decrypter.decrypt(body);
  const length = new DataView(plain.buffer).getUint32(0);
  return { header: JSON.parse(text(plain.subarray(4, 4 + length))), envelope: plain.subarray(4 + length) };
}

const shape = (header) => Object.entries(header).map(([name, value]) => [name, name in { id: 1, lookup: 1, erase_hash: 1 } ? value.length : value]);

test("right and wrong words say a false alarm alike: one size, one header, one reader", async () => {
  const sent = [];
  for (const receipt of [await newReceipt(NETWORK), await newReceipt(NETWORK)]) {
    const item = await saidLater(setup, receipt, falseAlarm(receipt), team(setup).places);
    const { header, envelope } = await arrived(item);
    assert.deepEqual(await openEnvelope(envelope, [keys[0]]), falseAlarm(receipt));
    for (const other of keys.slice(1)) assert.equal(await openEnvelope(envelope, [other]), null);
    assert.equal(JSON.stringify(header).includes(receipt.lookup), false);
    sent.push([item.body.length, envelope.length, shape(header)]);
  }
  assert.deepEqual(sent[0], sent[1]);
  assert.deepEqual(Object.fromEntries(sent[0][2]).share, null);
});

test("what the words give to be recognised by is not what the account carries, nor any key of it", async () => {
  const receipt = await newReceipt(NETWORK);
  const said = JSON.stringify(falseAlarm(receipt));
  for (const name of ["claimHash", "reply", "thread", "lookup", "erase", "eraseHash"]) assert.equal(said.includes(receipt[name]), false, name);
  assert.equal(await claimHash(receipt.claim), receipt.claimHash);
});

test("what is said later is erased by the same words, and nothing ties it to the report or to another note", async () => {
  const receipt = await newReceipt(NETWORK);
  const notes = [];
  for (let i = 0; i < 2; i++) {
    const payload = { v: 1, type: "note", thread: "t", needs: "TALK" };
    notes.push((await arrived(await saidLater(setup, receipt, payload, team(setup).places))).header);
  }
  for (const { id, erase_hash: mark } of notes) assert.equal(mark, await threadEraseHash(receipt.thread, id));
  const marks = notes.flatMap(({ lookup, erase_hash: mark }) => [lookup, mark]);
  assert.equal(new Set([...marks, receipt.lookup, receipt.eraseHash]).size, 6);
});

test("an account that fits keeps fitting once its receipt is in it", async () => {
  const receipt = await newReceipt(NETWORK);
  const answers = { ...blank(() => "d3b2c1a0-4f5e-4a6b-8c7d-9e8f7a6b5c4d"), text: "" };
  while (fits({ ...answers, text: `${answers.text}x` })) answers.text += "x";
  assert.equal(measure(account(answers, receipt, "report")).bucket, 8192);
});
