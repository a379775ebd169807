import { randomUUID } from "node:crypto";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { ExecutionError } from "../../engine/errors.ts";
import { type ExecutePlanRequest, type ExecutePlanResponse, ExecutePlanResponseSchema } from "../protocol/spark/connect/base_pb.js";
import type { ResultBatch } from "../result/batches.ts";
import { arrowAnswer } from "./arrow-answer.ts";
import { type BufferBounds, type Response, ResponseBuffer } from "./response-buffer.ts";

/** What GetStatus tells of an operation. */
export type OperationState = "running" | "terminating" | "succeeded" | "failed" | "cancelled";

export interface OperationOptions {
  readonly sessionId: string;
  readonly serverSideSessionId: string;
  readonly bounds: BufferBounds;
  /** How long answers wait for a reader before the operation is given up, in ms. */
  readonly detachedTimeout: number;
  /** Called once, when nothing is left of the operation. */
  readonly onRelease: (operation: Operation, why: Release) => void;
}

/** `released` by the client, or `abandoned` by it. */
export type Release = "released" | "abandoned";

type Answer = Pick<MessageInitShape<typeof ExecutePlanResponseSchema>, "responseType" | "schema" | "metrics" | "observedMetrics">;

/**
 * One ExecutePlan: a job that makes answers, and the answers until a client has taken them.
 *
 *     running --work ends--> succeeded | failed      (answers stay for a reader)
 *        |--interrupt, release, nobody reads--> terminating --work ends--> cancelled
 *     any --release all, nobody reads for a time--> released (nothing stays)
 */
export class Operation {
  readonly id: string;
  readonly request: ExecutePlanRequest;
  readonly isReattachable: boolean;
  readonly tags: ReadonlySet<string>;
  readonly #options: OperationOptions;
  readonly #buffer: ResponseBuffer;
  readonly #cancelled = new AbortController();
  #state: OperationState = "running";
  #given = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(id: string, request: ExecutePlanRequest, options: OperationOptions) {
    this.id = id;
    this.request = request;
    this.tags = new Set(request.tags);
    this.isReattachable = request.requestOptions.some(
      ({ requestOption }) => requestOption.case === "reattachOptions" && requestOption.value.reattachable,
    );
    this.#options = options;
    this.#buffer = new ResponseBuffer(options.bounds);
  }

  get state(): OperationState {
    return this.#state;
  }
  /** Bytes of answers that are kept. */
  get bytes(): number {
    return this.#buffer.bytes;
  }
  /** Ends the job when it is aborted. */
  get signal(): AbortSignal {
    return this.#cancelled.signal;
  }

  /** Starts the work, which answers by `answer`; its end is the end of the answers. */
  run(work: (operation: Operation) => Promise<void>): void {
    this.#watch();
    work(this).then(
      () => this.#succeed(),
      (thrown: unknown) => this.#fail(thrown),
    );
  }

  /** Sends one answer; resolves once there is room for the next. Throws at once for what the protocol cannot say. */
  answer(answer: Answer): Promise<void> {
    return this.#buffer.add(this.#response(answer));
  }

  /** Sends rows, as `answer` does. */
  answerRows(batch: ResultBatch): Promise<void> {
    const envelope = this.#envelope();
    return this.#buffer.add({ id: envelope.responseId, bytes: arrowAnswer(envelope, batch) });
  }

  /** Sends one answer where there is room for it: it is worth nothing later. */
  mention(answer: Answer): void {
    if (this.#buffer.hasRoom) void this.answer(answer);
  }

  /** Ends the job, and its answers with OPERATION_CANCELED. Gives whether there was something to end. */
  interrupt(): boolean {
    if (this.#state !== "running") return false;
    this.#state = "terminating";
    this.#buffer.end({ kind: "failed", error: new ExecutionError("OPERATION_CANCELED") });
    this.#cancelled.abort();
    return true;
  }

  /** See ResponseBuffer.read. A reader that leaves an operation that cannot be reattached ends it. */
  async *read(behind: string | undefined, stop: AbortSignal): AsyncGenerator<Response> {
    const answers = this.#buffer.read(behind, stop);
    clearTimeout(this.#timer);
    try {
      yield* answers;
    } finally {
      if (!this.isReattachable) this.release();
      else if (!this.#buffer.isAttached) this.#watch();
    }
  }

  releaseUntil(responseId: string): void {
    this.#buffer.releaseUntil(responseId);
  }

  /** Ends the job where it still runs, and forgets its answers. Releasing twice is no error. */
  release(why: Release = "released"): void {
    if (this.#given) return;
    this.#given = true;
    clearTimeout(this.#timer);
    this.interrupt();
    this.#buffer.release();
    this.#options.onRelease(this, why);
  }

  /** From now on a reader has to come within a time. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#given) return;
    this.#timer = setTimeout(() => this.release("abandoned"), this.#options.detachedTimeout).unref();
  }

  async #succeed(): Promise<void> {
    if (this.#endsCancelled()) return;
    this.#state = "succeeded";
    if (this.isReattachable) await this.answer({ responseType: { case: "resultComplete", value: {} } });
    this.#buffer.end({ kind: "complete" });
  }

  #fail(error: unknown): void {
    if (this.#endsCancelled()) return;
    this.#state = "failed";
    this.#buffer.end({ kind: "failed", error });
  }

  #endsCancelled(): boolean {
    if (this.#state === "terminating") this.#state = "cancelled";
    return this.#state === "cancelled";
  }

  #response(answer: Answer): Response {
    const message = this.#envelope(answer);
    return { id: message.responseId, bytes: toBinary(ExecutePlanResponseSchema, message) };
  }

  #envelope(answer: Answer = {}): ExecutePlanResponse {
    const { sessionId, serverSideSessionId } = this.#options;
    const responseId = randomUUID();
    return create(ExecutePlanResponseSchema, { sessionId, serverSideSessionId, operationId: this.id, responseId, ...answer });
  }
}
