import { Readable } from "node:stream";
import { TornAnswer } from "./s3-errors.ts";

/** What the SDK gives as the body of an answer on Node: the answer itself, with more methods. */
export function readable(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw new TypeError("the SDK gave a body that is no stream of Node's");
}

/** Reads a body that must fill `target` exactly. Throws TornAnswer, or what the connection threw. */
export async function fill(target: Uint8Array, body: Readable): Promise<void> {
  let filled = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (filled + chunk.length > target.length) throw new TornAnswer(`more than the announced ${target.length} bytes came`);
    target.set(chunk, filled);
    filled += chunk.length;
  }
  if (filled < target.length) throw new TornAnswer(`${filled} of ${target.length} bytes came`);
}
