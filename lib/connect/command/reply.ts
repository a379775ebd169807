import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Relation } from "../protocol/spark/connect/relations_pb.js";

/** How a command answers: one method for each kind of response that commands give. A command that has nothing to say calls none. */
export interface CommandReply {
  /** What a statement's rows are: rows in the relation itself, or the query as it came. */
  sqlCommandResult(relation: Relation): Promise<void>;
  /** Keeps a plan under a new id for the session's life, for `Translation.remoteRelation`, and tells the client the id. */
  checkpoint(plan: LogicalPlan): Promise<void>;
  /** Forgets a plan that `checkpoint` kept, and gives it back. An unknown id is no error. */
  releaseRemoteRelation(id: string): LogicalPlan | undefined;
  /** The resources of the driver, by name. */
  resources(resources: Readonly<Record<string, { readonly name: string; readonly addresses: readonly string[] }>>): Promise<void>;
}
