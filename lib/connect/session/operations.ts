import { randomUUID } from "node:crypto";
import { equals } from "@bufbuild/protobuf";
import { AnalysisError } from "../../engine/errors.ts";
import { type ExecutePlanRequest, PlanSchema } from "../protocol/spark/connect/base_pb.js";
import { Operation, type OperationOptions, type OperationState, type Release } from "./operation.ts";
import { checkUuid } from "./uuid.ts";

export interface OperationsOptions extends Omit<OperationOptions, "onRelease"> {
  /** Operations that a session may have at a time. */
  readonly most: number;
  /** Throws where the server has no room for one more. */
  readonly check: () => void;
}

/** Operations that are over and whose ids are still known: a client that asks for one is told what became of it. */
const MOST_TOMBSTONES = 1_000;

/** The operations of one session, by their ids. */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #running = new Map<string, Operation>();
  readonly #abandoned = new Set<string>();
  readonly #ended = new Map<string, OperationState>();

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** Bytes of answers that are kept. */
  get bytes(): number {
    return this.all.reduce((sum, { bytes }) => sum + bytes, 0);
  }
  get all(): readonly Operation[] {
    return [...this.#running.values()];
  }

  /**
   * Begins an operation, or gives the one that an earlier copy of this request has begun. Throws OPERATION_ALREADY_EXISTS where the id
   * is another plan's, and FIRECREST_CONNECT_BOUND where the session has too many.
   */
  begin(request: ExecutePlanRequest, work: (operation: Operation) => Promise<void>): Operation {
    const id = request.operationId === undefined || request.operationId === "" ? randomUUID() : checkUuid(request.operationId);
    const existing = this.#running.get(id);
    if (existing) {
      const isSame = request.plan && existing.request.plan && equals(PlanSchema, request.plan, existing.request.plan);
      if (isSame && existing.isReattachable) return existing;
      throw new AnalysisError("INVALID_HANDLE.OPERATION_ALREADY_EXISTS", { handle: id });
    }
    if (this.#abandoned.has(id)) throw new AnalysisError("INVALID_HANDLE.OPERATION_ABANDONED", { handle: id });
    // A copy of a request that comes late must not run it again.
    if (this.#ended.has(id)) throw new AnalysisError("INVALID_HANDLE.OPERATION_ALREADY_EXISTS", { handle: id });
    if (this.#running.size >= this.#options.most) throw tooMany(this.#options.most);
    this.#options.check();
    const operation = new Operation(id, request, { ...this.#options, onRelease: (ended, why) => this.#forget(ended, why) });
    this.#running.set(id, operation);
    operation.run(work);
    return operation;
  }

  find(id: string): Operation | undefined {
    return this.#running.get(id);
  }

  /** Throws INVALID_HANDLE.OPERATION_NOT_FOUND or OPERATION_ABANDONED. */
  get(id: string): Operation {
    const operation = this.#running.get(id);
    if (operation) return operation;
    throw new AnalysisError(`INVALID_HANDLE.${this.#abandoned.has(id) ? "OPERATION_ABANDONED" : "OPERATION_NOT_FOUND"}`, { handle: id });
  }

  /** How all of them stand, those that ended not long ago included. */
  states(): readonly (readonly [id: string, state: OperationState])[] {
    return [...this.#ended, ...this.all.map(({ id, state }) => [id, state] as const)];
  }
  /** Undefined where there is no such operation, or was long ago. */
  stateOf(id: string): OperationState | undefined {
    return this.#running.get(id)?.state ?? this.#ended.get(id);
  }

  /** Ends those that run and are wanted; gives their ids. */
  interrupt(isWanted: (operation: Operation) => boolean = () => true): readonly string[] {
    return this.all.filter((operation) => isWanted(operation) && operation.interrupt()).map(({ id }) => id);
  }

  releaseAll(): void {
    for (const operation of this.all) operation.release();
  }

  #forget({ id, state }: Operation, why: Release): void {
    this.#running.delete(id);
    this.#ended.set(id, state === "terminating" ? "cancelled" : state);
    if (this.#ended.size > MOST_TOMBSTONES) this.#ended.delete(this.#ended.keys().next().value!);
    if (why !== "abandoned") return;
    this.#abandoned.add(id);
    if (this.#abandoned.size > MOST_TOMBSTONES) this.#abandoned.delete(this.#abandoned.values().next().value!);
  }
}

const tooMany = (most: number): AnalysisError =>
  new AnalysisError("FIRECREST_CONNECT_BOUND", {
    bound: `${most} operations of a session at a time`,
    advice: "Wait for some to end, or start the server with a larger spark.firecrest.connect.maxOperations.",
  });
