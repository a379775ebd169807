import type { SparkSession } from "../dataframe/session.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import type { Relation } from "./protocol/spark/connect/relations_pb.js";

/** What translating a client's plan may ask of the session that the plan came to. */
export interface Translation {
  readonly spark: SparkSession;
  /** Relations that stand beside the plan (`WithRelations`), by their plan ids. */
  readonly references: ReadonlyMap<bigint, Relation>;
  /** An artifact that the client has sent under `cache/<hash>`. Throws where it has not. */
  cachedArtifact(hash: string): Uint8Array;
  /** A plan that a checkpoint left on the server. Throws where there is none of that id. */
  remoteRelation(id: string): LogicalPlan;
  /** Absent where the server was started without `--python-functions`. */
  readonly python?: PythonFunctions;
}

/** How pickled functions of a client run. */
export interface PythonFunctions {
  /** The interpreter that tasks start. */
  readonly executable: string;
  /** Folders of Python modules that came as artifacts, for the module path of workers. */
  readonly paths: readonly string[];
  /** The folder of files that came as artifacts: SparkFiles. */
  readonly files?: string;
}

/** Client plans are numbered from 0 in each client; the server's own nodes are numbered from 0 as well. */
const CLIENT_PLANS = 2 ** 40;

/** What a plan node or a column is told of a client's plan id. */
export const planIdOf = (id: bigint): number => CLIENT_PLANS + Number(id);
/** The client's number of a plan; 0 for one that the server made. */
export const clientPlanIdOf = (id: number): bigint => BigInt(Math.max(0, id - CLIENT_PLANS));
