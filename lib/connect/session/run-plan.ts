import type { Execution, ObservedRow } from "../../dataframe/engine-port.ts";
import { inJobScope } from "../../dataframe/job-scope.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { runCommand } from "../command/command.ts";
import type { CommandReply } from "../command/reply.ts";
import type { ExecutePlanRequest } from "../protocol/spark/connect/base_pb.js";
import type { Relation } from "../protocol/spark/connect/relations_pb.js";
import { planOf } from "../relation/relation.ts";
import { type ResultOptions, resultBatches } from "../result/batches.ts";
import { observedMetrics } from "../result/observed-metrics.ts";
import { ProgressReports, planMetrics } from "../result/progress.ts";
import { protoType } from "../type/data-type.ts";
import type { ConnectSession } from "./connect-session.ts";
import type { Operation } from "./operation.ts";
import { uncompressed } from "./uncompressed.ts";

/** Runs what a client asks for, and answers as it goes: the schema, batches while tasks finish, metrics; or what a command says. */
export async function runPlan(session: ConnectSession, operation: Operation): Promise<void> {
  const { plan } = operation.request;
  const type = plan ? uncompressed(plan, session.bounds.planBytes).opType : undefined;
  const progress = new ProgressReports((value) => operation.mention({ responseType: { case: "executionProgress", value } }), Date.now);
  const onObserved = (seen: ObservedRow) => void operation.answer({ observedMetrics: [observedMetrics(seen)] });
  const optionsOf = () => ({ signal: operation.signal, onProgress: progress.ofJob(), onObserved });
  await inJobScope(optionsOf, async () => {
    if (type?.case === "root") await runRelation(type.value, session, operation, progress);
    else if (type?.case === "command") await runCommand(type.value, session.translation(), replyOf(session, operation));
    else throw new AnalysisError("FIRECREST_INVALID_PLAN", { path: "plan", problem: "it is neither a relation nor a command" });
  });
  progress.end();
}

async function runRelation(relation: Relation, session: ConnectSession, operation: Operation, progress: ProgressReports): Promise<void> {
  const t = session.translation();
  const { engine, conf } = session.spark;
  const plan = await session.spark.settled(await planOf(relation, t));
  const execution: Execution = await engine.execute(plan, conf.forEngine());
  await operation.answer({ schema: protoType(execution.schema) });
  for await (const batch of resultBatches(execution, t, chunkingOf(operation.request))) {
    operation.signal.throwIfAborted();
    await operation.answerRows(batch);
  }
  await operation.answer({ metrics: planMetrics(execution.metrics(), progress.stages) });
}

function replyOf(session: ConnectSession, operation: Operation): CommandReply {
  return {
    sqlCommandResult: (relation) => operation.answer({ responseType: { case: "sqlCommandResult", value: { relation } } }),
    checkpoint: async (plan) => {
      const relation = { relationId: await session.keepRemoteRelation(plan) };
      return operation.answer({ responseType: { case: "checkpointCommandResult", value: { relation } } });
    },
    releaseRemoteRelation: (id) => session.releaseRemoteRelation(id),
    resources: (resources) => {
      const named = Object.entries(resources).map(([key, { name, addresses }]) => [key, { name, addresses: [...addresses] }]);
      return operation.answer({ responseType: { case: "getResourcesCommandResult", value: { resources: Object.fromEntries(named) } } });
    },
  };
}

function chunkingOf({ requestOptions }: ExecutePlanRequest): ResultOptions {
  for (const { requestOption } of requestOptions) {
    if (requestOption.case !== "resultChunkingOptions" || !requestOption.value.allowArrowBatchChunking) continue;
    const preferred = requestOption.value.preferredArrowChunkSize;
    return { chunking: preferred === undefined ? {} : { preferredBytes: Number(preferred) } };
  }
  return {};
}
