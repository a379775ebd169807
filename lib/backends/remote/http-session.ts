import { setTimeout as sleep } from "node:timers/promises";
import { ExecutionError } from "../../engine/errors.ts";
import type { Authorize } from "./authorize.ts";
import { problemError, requestTooLarge } from "./problem.ts";
import { isTransientStatus, retryAfterMs, retryDelay } from "./retry.ts";
import { ConnectionFailed, type HttpAnswer, type HttpRequest, type Send } from "./transport.ts";

/** What a Lambda function URL takes. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_REQUEST_BYTES = 6 * 1024 * 1024;
/** JSON answers are far below; pages of a result say how large they are. */
const MAX_JSON_BYTES = 32 * 1024 * 1024;
/** A function that starts cold, and reads the footers of many files. */
const DEFAULT_TIMEOUT_MS = 60_000;
/** What a slow line carries, in bytes a second: the time of an upload. */
const SLOWEST_UPLOAD = 1024 * 1024;
const DEFAULT_PATIENCE_MS = 30_000;
/** An address that nothing has ever answered from is rather wrong than away for a moment. */
const FIRST_PATIENCE_MS = 5_000;

export interface Call {
  readonly method?: HttpRequest["method"];
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** How long attempts go on while the service cannot be reached or says "not now". */
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

/** Requests to one service: authorized, bounded, and repeated while the service cannot answer. Every call has to bear repetition. */
export class HttpSession {
  readonly #base: URL;
  readonly #authorize: Authorize;
  readonly #send: Send;
  #answered = false;

  constructor(base: URL, authorize: Authorize, send: Send) {
    this.#base = base;
    this.#authorize = authorize;
    this.#send = send;
  }

  /** The service's address, for messages. */
  get service(): string {
    return this.#base.origin;
  }

  /** A JSON answer. Throws what the service threw, SERVICE_UNREACHABLE, SERVICE_ANSWER_INVALID, or the signal's reason. */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    const answer = await this.call(path, call);
    try {
      return JSON.parse(new TextDecoder().decode(answer.body)) as T;
    } catch {
      throw new ExecutionError("SERVICE_ANSWER_INVALID", { service: this.service, problem: `no JSON from ${path}` });
    }
  }

  /** Any successful answer; a redirect is followed once, without what proves who asks: the address itself is the permission. */
  async call(path: string, call: Call = {}): Promise<HttpAnswer> {
    const request = this.#request(path, call);
    const answer = await this.#attempts(async () => this.#send({ ...request, headers: await this.#authorize(request) }), call);
    const { location } = answer.headers;
    if (answer.status !== 307 || location === undefined) return this.#checked(answer);
    const elsewhere: HttpRequest = { ...request, method: "GET", url: new URL(location, request.url), headers: {} };
    return this.#checked(await this.#attempts(() => this.#send(elsewhere), call));
  }

  /** Sends bytes to an address that is its own permission. */
  async put(address: string, body: Uint8Array, signal?: AbortSignal): Promise<void> {
    const url = new URL(address, this.#base);
    const ours = url.origin === this.#base.origin;
    const request: HttpRequest = {
      method: "PUT",
      url,
      headers: { "content-length": String(body.byteLength) },
      body,
      timeoutMs: DEFAULT_TIMEOUT_MS + Math.ceil((body.byteLength / SLOWEST_UPLOAD) * 1000),
      maxBytes: MAX_JSON_BYTES,
      ...(signal ? { signal } : {}),
    };
    const send = async () => this.#send(ours ? { ...request, headers: await this.#authorize(request) } : request);
    this.#checked(await this.#attempts(send, {}));
  }

  #request(path: string, { method = "GET", json, headers = {}, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes, signal }: Call): HttpRequest {
    const body = json === undefined ? undefined : new TextEncoder().encode(JSON.stringify(json));
    if (body && body.byteLength > MAX_REQUEST_BYTES)
      throw requestTooLarge(`A request of ${body.byteLength} bytes`, `${MAX_REQUEST_BYTES} bytes`);
    return {
      method,
      url: new URL(path.slice(1), this.#base),
      headers: {
        accept: "application/json",
        ...(body ? { "content-type": "application/json" } : {}),
        // Of a DELETE, too: a server that is not told would have to wait for a body's end.
        ...(method === "GET" ? {} : { "content-length": String(body?.byteLength ?? 0) }),
        ...headers,
      },
      ...(body ? { body } : {}),
      timeoutMs,
      maxBytes: maxBytes ?? MAX_JSON_BYTES,
      ...(signal ? { signal } : {}),
    };
  }

  #checked(answer: HttpAnswer): HttpAnswer {
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw problemError(this.service, answer);
  }

  async #attempts(send: () => Promise<HttpAnswer>, { patienceMs = DEFAULT_PATIENCE_MS, signal }: Call): Promise<HttpAnswer> {
    const started = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      const answer = await send().catch(connectionFailed);
      const failed = answer instanceof ConnectionFailed;
      this.#answered ||= !failed;
      if (!failed && !isTransientStatus(answer.status)) return answer;
      const wait = failed ? undefined : retryAfterMs(answer.headers["retry-after"]);
      const patience = this.#answered ? patienceMs : Math.min(patienceMs, FIRST_PATIENCE_MS);
      const times = { elapsedMs: performance.now() - started, patienceMs: patience, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
      const delay = retryDelay(attempt, times, Math.random);
      if (delay !== undefined) await sleep(delay, undefined, signal ? { signal } : {});
      else if (failed)
        throw new ExecutionError("SERVICE_UNREACHABLE", { service: this.service, reason: answer.message }, { cause: answer });
      else return answer;
    }
  }
}

function connectionFailed(thrown: unknown): ConnectionFailed {
  if (thrown instanceof ConnectionFailed) return thrown;
  throw thrown;
}
