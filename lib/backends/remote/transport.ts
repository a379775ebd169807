import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { Agent as HttpsAgent, request as requestSecurely } from "node:https";
import { ExecutionError, FirecrestError } from "../../engine/errors.ts";
import { lookUp } from "./addresses.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** From the first byte sent to the last one received. */
  readonly timeoutMs: number;
  /** A longer answer is an error. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}
/** Sends one request, and follows no redirect. Throws ConnectionFailed where there is no whole answer, or the signal's reason. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/** Connections to one service at once. */
const MAX_SOCKETS = 16;

/** No connection, one that broke, or none that answered in time: worth another attempt. */
export class ConnectionFailed extends Error {}

/** Plain HTTP with connections kept open; idle ones let the process end. Not `fetch`, which cannot be told how to look up a host. */
export class Transport {
  readonly #plain = new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS, lookup: lookUp });
  readonly #secure = new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS, lookup: lookUp });

  readonly send: Send = async ({ method, url, headers, body, timeoutMs, maxBytes, signal }) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const options = { method, headers, signal: signal ? AbortSignal.any([signal, timeout]) : timeout };
    try {
      return await new Promise<HttpAnswer>((resolve, reject) => {
        const begin = url.protocol === "https:" ? requestSecurely : request;
        const agent = url.protocol === "https:" ? this.#secure : this.#plain;
        const sent = begin(url, { ...options, agent }, (answer) => {
          received(answer, url, maxBytes).then(resolve, (thrown) => {
            answer.destroy();
            reject(thrown);
          });
        });
        sent.on("error", reject);
        sent.end(body);
      });
    } catch (thrown) {
      signal?.throwIfAborted();
      if (thrown instanceof FirecrestError) throw thrown;
      throw new ConnectionFailed(timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(thrown), { cause: thrown });
    }
  };

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

/** A name that resolves to several addresses fails with an error for each, and no message of its own. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return reasonOf(thrown.errors[0]);
  return thrown instanceof Error ? thrown.message : String(thrown);
}

async function received(answer: IncomingMessage, url: URL, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes)
      throw new ExecutionError("SERVICE_ANSWER_INVALID", {
        service: url.origin,
        problem: `more than ${maxBytes} bytes from ${url.pathname}`,
      });
    chunks.push(chunk);
  }
  return { status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) };
}
