import { randomUUID } from "node:crypto";
import type { SparkSession } from "../../dataframe/session.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { unpersistAll } from "../relation/persisted.ts";
import type { PythonFunctions, Translation } from "../translation.ts";
import { Artifacts } from "./artifacts.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { KeptErrors } from "./kept-errors.ts";
import { localFiles } from "./local-files.ts";
import { Operations } from "./operations.ts";

/** Who a session belongs to: nobody else may see it, even by its id. */
export interface SessionKey {
  readonly userId: string;
  readonly sessionId: string;
}

export interface ConnectSessionOptions {
  readonly bounds: ConnectOptions;
  readonly python?: PythonFunctions;
  /** Called before an operation begins; throws where the server has no room for it. */
  readonly checkOperation: () => void;
}

/** One client's session: settings, views and functions of its own, its operations, and what it has sent. */
export class ConnectSession {
  readonly key: SessionKey;
  /** Changes when a session of the same id begins anew, which tells a client that its state is lost. */
  readonly serverSideId: string = randomUUID();
  readonly spark: SparkSession;
  readonly bounds: ConnectOptions;
  readonly operations: Operations;
  readonly artifacts: Artifacts;
  readonly errors = new KeptErrors();
  readonly #python: PythonFunctions | undefined;
  readonly #remoteRelations = new Map<string, LogicalPlan>();
  #lastUsed = Date.now();
  #closed = false;

  constructor(key: SessionKey, spark: SparkSession, { bounds, python, checkOperation }: ConnectSessionOptions) {
    this.key = key;
    this.spark = spark;
    this.bounds = bounds;
    this.#python = python;
    this.artifacts = new Artifacts(bounds.artifactBytes);
    this.operations = new Operations({
      sessionId: key.sessionId,
      serverSideSessionId: this.serverSideId,
      bounds: { waiting: bounds.waitingBytes, retry: bounds.retryBytes },
      detachedTimeout: bounds.detachedTimeout,
      most: bounds.mostOperations,
      check: checkOperation,
    });
  }

  /** What each answer to a client begins with. */
  get ids(): { readonly sessionId: string; readonly serverSideSessionId: string } {
    return { sessionId: this.key.sessionId, serverSideSessionId: this.serverSideId };
  }

  /** For one request. */
  translation(): Translation {
    return {
      spark: this.spark,
      references: new Map(),
      cachedArtifact: (hash) => this.cachedArtifact(hash),
      remoteRelation: (id) => this.remoteRelation(id),
      ...(this.#python ? { python: this.#pythonWith(this.#python) } : {}),
    };
  }

  #pythonWith(python: PythonFunctions): PythonFunctions {
    const { pythonPaths, filesFolder } = this.artifacts;
    return { ...python, paths: [...python.paths, ...pythonPaths], ...(filesFolder === undefined ? {} : { files: filesFolder }) };
  }

  cachedArtifact(hash: string): Uint8Array {
    const bytes = this.artifacts.read(`cache/${hash}`);
    if (!bytes) throw new AnalysisError("INTERNAL_ERROR", { message: `Not found any cached local relation with the hash: ${hash}` });
    return bytes;
  }

  /** Gives the id. Throws SESSION_CLOSED where the session has ended meanwhile: then the rows are given up. */
  async keepRemoteRelation(plan: LogicalPlan): Promise<string> {
    if (this.#closed) {
      await this.#giveUp(plan);
      throw new AnalysisError("INVALID_HANDLE.SESSION_CLOSED", { handle: this.key.sessionId });
    }
    const id = randomUUID();
    this.#remoteRelations.set(id, plan);
    return id;
  }
  remoteRelation(id: string): LogicalPlan {
    const plan = this.#remoteRelations.get(id);
    if (!plan)
      throw new AnalysisError("INTERNAL_ERROR", { message: `No DataFrame with id ${id} is found in the session ${this.key.sessionId}` });
    return plan;
  }
  releaseRemoteRelation(id: string): LogicalPlan | undefined {
    const plan = this.#remoteRelations.get(id);
    this.#remoteRelations.delete(id);
    return plan;
  }

  /** Takes what the session that this is a clone of was sent: its views read it. */
  async beginAs(session: ConnectSession): Promise<void> {
    localFiles(session.spark).shareWith(localFiles(this.spark));
    await this.artifacts.copyFrom(session.artifacts);
  }

  touch(): void {
    this.#lastUsed = Date.now();
  }
  /** Whether no call came for so many ms, and no operation runs. */
  isIdle(ms: number): boolean {
    return this.operations.all.length === 0 && Date.now() - this.#lastUsed >= ms;
  }
  /** Ends what runs, and gives up what is kept; what cannot be given up keeps nothing else back. Closing twice is no error. */
  async close(): Promise<void> {
    this.#closed = true;
    this.operations.releaseAll();
    const plans = [...this.#remoteRelations.values()];
    this.#remoteRelations.clear();
    const ends = [
      ...plans.map((plan) => this.#giveUp(plan)),
      unpersistAll(this.spark),
      this.artifacts.close(),
      localFiles(this.spark).release(),
    ];
    const failed = (await Promise.allSettled(ends)).find((end) => end.status === "rejected");
    if (failed) throw failed.reason;
  }

  async #giveUp(plan: LogicalPlan): Promise<void> {
    if (plan.kind === "cached") await this.spark.engine.uncache(plan.key);
  }
}
