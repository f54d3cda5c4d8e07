// @ts-check
// What seals, verifies and makes words, with the age library: most of the page's weight. It is built into a file of its
// own, which comes after the page is painted. Nothing that holds something for the page may stand in here.
export { newAttachment, sealChunk, sealFile } from "../../sealing/attachments.js";
export { verifyChain } from "../../sealing/lists.js";
export { answerLookups, deriveReceipt, newestReply, newReceipt, threadEraseHash } from "../../sealing/receipt.js";
export { sealEnvelope } from "../../sealing/seal.js";
export { sealForTransport } from "../../sealing/transport.js";
