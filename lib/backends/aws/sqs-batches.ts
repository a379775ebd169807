/** SQS's bounds: of a message and of all in one call together, in bytes, and messages a call. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
export const MAX_BATCH = 10;

export interface SizedBody {
  readonly body: string;
  /** Of the body in UTF-8. */
  readonly bytes: number;
}

/** A value as a message's body. SQS refuses the two characters that JSON leaves as they are and XML does not have. */
export function messageBody(value: unknown): SizedBody {
  const body = JSON.stringify(value).replace(/[\uFFFE\uFFFF]/g, (character) => (character === "\uFFFE" ? "\\ufffe" : "\\uffff"));
  return { body, bytes: Buffer.byteLength(body) };
}

/** Puts bodies, each within the bound, into as few calls as their order allows. */
export function packBatches<T extends SizedBody>(bodies: readonly T[]): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const body of bodies) {
    const last = batches.at(-1);
    if (last && last.length < MAX_BATCH && bytes + body.bytes <= MAX_MESSAGE_BYTES) {
      last.push(body);
      bytes += body.bytes;
    } else {
      batches.push([body]);
      bytes = body.bytes;
    }
  }
  return batches;
}
