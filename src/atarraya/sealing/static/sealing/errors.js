// @ts-check
// What these modules throw. A code, never a sentence: the page holds the words.

export class SealingError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.name = "SealingError";
    this.code = code;
  }
}

/** codes: recipients_count recipient_kind addressed_count payload_shape envelope_too_long
 *  envelope_shape envelope_damaged envelope_padding envelope_version */
export class EnvelopeRefused extends SealingError {}

/** codes: list_lower list_broken list_fingerprint */
export class ListRefused extends SealingError {}
