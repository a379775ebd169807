import { planOf } from "../relation/relation.ts";
import type { Rule } from "./command.ts";

/** Keeps a plan's rows on the server, and the plan that reads them under an id that the client may name. */
export const checkpoint: Rule<"checkpointCommand"> = async ({ relation, eager }, t, reply) => {
  const kept = await t.spark.frame(await t.spark.settled(await planOf(relation, t))).checkpoint(eager);
  await reply.checkpoint(kept.plan);
};

/** Gives up the rows that a checkpoint kept. */
export const releaseRemoteRelation: Rule<"removeCachedRemoteRelationCommand"> = async ({ relation }, t, reply) => {
  const plan = reply.releaseRemoteRelation(relation?.relationId ?? "");
  if (plan?.kind === "cached") await t.spark.engine.uncache(plan.key);
};
