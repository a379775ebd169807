import type { MessageParts } from "../message-parts.ts";
import type { ConnectSession } from "../session/connect-session.ts";
import type { Operation } from "../session/operation.ts";

/** A message as it goes out. */
export type Answer = Uint8Array | MessageParts;

/**
 * The answers of an operation behind one of them. Those of a reattachable one end after some time or bytes even where there are more:
 * no proxy then takes the stream for dead, and the client comes back for the rest.
 */
export function streamed(
  operation: Operation,
  behind: string | undefined,
  session: ConnectSession,
  stop: AbortSignal,
): AsyncIterable<Answer> {
  const { streamDuration, streamBytes } = session.bounds;
  const lasts = operation.isReattachable && streamDuration > 0 ? AbortSignal.any([stop, AbortSignal.timeout(streamDuration)]) : stop;
  return bounded(operation.read(behind, lasts), operation.isReattachable && streamBytes > 0 ? streamBytes : Number.POSITIVE_INFINITY);
}

async function* bounded(answers: AsyncIterable<{ readonly bytes: Answer }>, most: number): AsyncGenerator<Answer> {
  let sent = 0;
  for await (const { bytes } of answers) {
    sent += bytes.byteLength;
    yield bytes;
    if (sent >= most) return;
  }
}
