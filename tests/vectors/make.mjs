// Makes the browser's half of the vectors. Run by hand when a format changes on purpose; see README.md.
import { writeFileSync } from "node:fs";

const room = new URL("../../src/atarraya/sealing/static/sealing/", import.meta.url);
const [attachments, bundle, bytes, envelope, receipt, sheets, transport, age] = await Promise.all(
  ["attachments", "bundle", "bytes", "envelope", "receipt", "sheets", "transport", "../vendor/age"].map((name) =>
    import(new URL(`${name}.js`, room).href),
  ),
);

const NETWORK = "6f1b0a0e-3c1d-4e2f-9a7b-0d5c8e7f6a21";
const REPORT = { v: 1, type: "report", kind: "confinement", text: "Año nuevo: nadie sale 🙏\u2028", unknown: { kept: [1.5, null] } };

function save(name, value) {
  const ascii = JSON.stringify(value, null, 1).replace(/[\u007f-\uffff]/g, (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"));
  writeFileSync(new URL(`${name}-browser.json`, import.meta.url), `${ascii}\n`);
}

const b64 = bytes.toBase64;
const circles = await Promise.all(Array.from({ length: 6 }, bundle.newBundle));
const recipients = (await Promise.all(circles.map(bundle.publicHalf))).map((half) => half.age);

const good = [];
for (const [stanzas, addressed, payload] of [
  [1, [true], REPORT],
  [4, [true, false, false, true], { ...REPORT, text: "ñ".repeat(9000) }],
  [6, [false, false, false, false, false, false], { v: 1, type: "checkin" }],
  [6, [true, true, true, true, true, true], REPORT],
]) {
  const sealed = await envelope.sealEnvelope({ payload, recipients: recipients.slice(0, stanzas), addressed });
  good.push({ stanzas, addressed, bucket: envelope.measure(payload).bucket, payload, sealed: b64(sealed) });
}
save("envelopes", { identities: circles.map(({ age: secret }) => secret), good });

const made = await receipt.newReceipt(NETWORK);
const answer = { s: "read", p: "gracias, ñ", d: "2026-11-23" };
save("replies", [
  { key: made.reply, slot: b64(await receipt.sealReply(answer, made.reply)), answer },
  { key: made.thread, slot: b64(await receipt.sealReply(answer, made.reply)), answer: null },
]);

const entry = bytes.newId();
save("receipts", {
  good: [{
    network: NETWORK, typed: made.words.join(" "), words: made.words, lookup: made.lookup, erase: made.erase,
    erase_hash: made.eraseHash, reply: made.reply, thread: made.thread, claim: made.claim,
    answers: await receipt.answerLookups(made.reply), claim_hash: made.claimHash, entry,
    thread_erase_hash: await receipt.threadEraseHash(made.thread, entry),
  }],
  refused: [],
});

const printed = await sheets.split(circles[0].age);
const other = await sheets.split(circles[1].age);
save("sheets", {
  identity: circles[0].age, recipient: recipients[0], secret: b64(age.bech32.decodeToBytes(circles[0].age).bytes),
  sheets: printed, other: other[0],
});

const header = { id: entry, municipality: "27001", share: { kind: "combat", words: "ñ" } };
const inner = await envelope.sealEnvelope({ payload: REPORT, recipients: [recipients[0]], addressed: [true] });
save("transport", {
  secret: circles[2].age, public: recipients[2], header, envelope: b64(inner),
  sealed: b64(await transport.sealForTransport(header, inner, recipients[2])),
});

const whole = { ...(await bundle.newBundle()), later: { sms: "kept" } };
const [phrase, code] = [bundle.newPhrase(), bundle.newCode()];
save("bundles", {
  bundle: whole, public: await bundle.publicHalf(whole), phrase: phrase.join(" "), code, member: circles[3].age,
  for_phrase: b64(await bundle.sealBundleForPhrase(whole, phrase)),
  for_code: b64(await bundle.sealBundleForCode(whole, code)),
  for_member: b64(await bundle.sealBundleTo(whole, recipients[3])),
});

const attachment = attachments.newAttachment();
const plain = Uint8Array.from({ length: 20000 }, (_, i) => (i * 7) % 251);
const { sealed, size, chunks } = await attachments.sealFile(attachment, plain);
save("attachments", { ...attachment, size, chunks, sealed: sealed.map(b64), plain: b64(plain) });
