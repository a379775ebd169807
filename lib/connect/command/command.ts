import { AnalysisError } from "../../engine/errors.ts";
import { invalidPlan } from "../invalid-plan.ts";
import type { Command } from "../protocol/spark/connect/commands_pb.js";
import { registerDataSource } from "../python/data-source.ts";
import { registerFunction, registerTableFunction } from "../python/register.ts";
import type { Translation } from "../translation.ts";
import { checkpoint, releaseRemoteRelation } from "./checkpoint.ts";
import { createView } from "./create-view.ts";
import { mergeInto } from "./merge-into.ts";
import type { CommandReply } from "./reply.ts";
import { runSqlCommand } from "./sql-command.ts";
import { write } from "./write.ts";
import { writeTable } from "./write-table.ts";

type CommandType = Command["commandType"];
type Case = NonNullable<CommandType["case"]>;
type Of<C extends Case> = Extract<CommandType, { case: C }>["value"];
/** What a command does; it has answered, where it has an answer, when the promise resolves. */
export type Rule<C extends Case> = (message: Of<C>, t: Translation, reply: CommandReply) => Promise<void>;

/** Runs a client's command. Throws FirecrestError. */
export async function runCommand({ commandType }: Command, t: Translation, reply: CommandReply): Promise<void> {
  if (!commandType.case) throw invalidPlan("a command that says nothing");
  await (rules[commandType.case] as Rule<Case>)(commandType.value as Of<Case>, t, reply);
}

const STREAMS = "Streams come later.";

const rules: { readonly [C in Case]: Rule<C> } = {
  registerFunction,
  registerTableFunction,
  registerDataSource,
  writeOperation: write,
  writeOperationV2: writeTable,
  createDataframeView: createView,
  sqlCommand: runSqlCommand,
  checkpointCommand: checkpoint,
  removeCachedRemoteRelationCommand: releaseRemoteRelation,
  mergeIntoTableCommand: mergeInto,
  getResourcesCommand: (_message, _t, reply) => reply.resources({}),
  createResourceProfileCommand: () => refuse("A resource profile", "What tasks have is set where the engine starts."),
  writeStreamOperationStart: () => refuse("DataFrame.writeStream", STREAMS),
  streamingQueryCommand: () => refuse("A streaming query", STREAMS),
  streamingQueryManagerCommand: () => refuse("SparkSession.streams", STREAMS),
  streamingQueryListenerBusCommand: () => refuse("A listener of streaming queries", STREAMS),
  mlCommand: () => refuse("pyspark.ml", "Bring the rows to a library of the program's own."),
  executeExternalCommand: ({ runner }) => refuse(`The external command runner ${runner}`),
  pipelineCommand: () => refuse("A declarative pipeline", "Write tables with df.write and SQL."),
  extension: ({ typeUrl }) => refuse(`The extension ${typeUrl} of Spark Connect`),
};

async function refuse(feature: string, advice = ""): Promise<never> {
  throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature, advice });
}
