import { create } from "@bufbuild/protobuf";
import type { ExplainMode } from "../../dataframe/engine-port.ts";
import { textHash } from "../../dataframe/semantics.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { toDdl, treeString } from "../../engine/types/ddl.ts";
import { schemaFromJson } from "../../engine/types/json.ts";
import {
  type AnalyzePlanRequest,
  type AnalyzePlanResponse,
  AnalyzePlanResponse_DDLParseSchema,
  AnalyzePlanResponse_ExplainSchema,
  AnalyzePlanResponse_GetStorageLevelSchema,
  AnalyzePlanResponse_InputFilesSchema,
  AnalyzePlanResponse_IsLocalSchema,
  AnalyzePlanResponse_IsStreamingSchema,
  AnalyzePlanResponse_JsonToDDLSchema,
  AnalyzePlanResponse_PersistSchema,
  AnalyzePlanResponse_SameSemanticsSchema,
  AnalyzePlanResponse_SchemaSchema,
  AnalyzePlanResponse_SemanticHashSchema,
  AnalyzePlanResponse_SparkVersionSchema,
  AnalyzePlanResponse_TreeStringSchema,
  AnalyzePlanResponse_UnpersistSchema,
  AnalyzePlanRequest_Explain_ExplainMode as Mode,
  type Plan,
} from "../protocol/spark/connect/base_pb.js";
import { StorageLevelSchema } from "../protocol/spark/connect/common_pb.js";
import { frameOfPlan } from "../relation/frame.ts";
import { type KeptAt, levelOf, persist, unpersist } from "../relation/persisted.ts";
import { planOf } from "../relation/relation.ts";
import { malformed } from "../relation/unsupported.ts";
import type { Translation } from "../translation.ts";
import { protoType } from "../type/data-type.ts";
import { schemaOfText } from "../type/schema.ts";

type Question = AnalyzePlanRequest["analyze"];
type Case = NonNullable<Question["case"]>;
type ValueOf<C extends Case> = Extract<Question, { case: C }>["value"];
type Result = AnalyzePlanResponse["result"];
type ResultOf<C extends Case> = Extract<Result, { case: C }>["value"];
type Answers = { readonly [C in Case]: (value: ValueOf<C>, t: Translation) => Promise<ResultOf<C>> };

/** The answer to a question about a plan, or about what plans are made of. Throws AnalysisError. */
export async function analyzeOf(question: Question, t: Translation): Promise<Result> {
  if (question.case === undefined) throw malformed("An analysis asks for nothing.");
  const answer = ANSWERS[question.case] as (value: unknown, t: Translation) => Promise<unknown>;
  return { case: question.case, value: await answer(question.value, t) } as Result;
}

const planIn = async (plan: Plan | undefined, t: Translation): Promise<LogicalPlan> => {
  if (plan?.opType.case !== "root") throw malformed("Only a relation can be analyzed.");
  return planOf(plan.opType.value, t);
};
const frameIn = async (plan: Plan | undefined, t: Translation) => frameOfPlan(await planIn(plan, t), t);

const MODES: { readonly [M in Mode]: ExplainMode | undefined } = {
  [Mode.UNSPECIFIED]: undefined,
  [Mode.SIMPLE]: "simple",
  [Mode.EXTENDED]: "extended",
  [Mode.CODEGEN]: "codegen",
  [Mode.COST]: "cost",
  [Mode.FORMATTED]: "formatted",
};

/** What Spark keeps rows at where a client does not say. */
const MEMORY_AND_DISK: KeptAt = { useDisk: true, useMemory: true, useOffHeap: false, deserialized: true, replication: 1 };
const NOWHERE: KeptAt = { useDisk: false, useMemory: false, useOffHeap: false, deserialized: false, replication: 1 };

const ANSWERS: Answers = {
  schema: async ({ plan }, t) => create(AnalyzePlanResponse_SchemaSchema, { schema: protoType(await (await frameIn(plan, t)).schema()) }),
  explain: async ({ plan, explainMode }, t) => {
    const mode = MODES[explainMode];
    if (mode === undefined) throw malformed(`There is no explain mode ${explainMode}.`);
    return create(AnalyzePlanResponse_ExplainSchema, { explainString: await (await frameIn(plan, t)).explainString(mode) });
  },
  treeString: async ({ plan, level }, t) => {
    const schema = await (await frameIn(plan, t)).schema();
    return create(AnalyzePlanResponse_TreeStringSchema, { treeString: treeString(schema, level) });
  },
  isLocal: async ({ plan }, t) => create(AnalyzePlanResponse_IsLocalSchema, { isLocal: (await frameIn(plan, t)).isLocal() }),
  isStreaming: async ({ plan }, t) => create(AnalyzePlanResponse_IsStreamingSchema, { isStreaming: (await frameIn(plan, t)).isStreaming }),
  inputFiles: async ({ plan }, t) =>
    create(AnalyzePlanResponse_InputFilesSchema, { files: [...(await (await frameIn(plan, t)).inputFiles())] }),
  sparkVersion: async (_, { spark }) => create(AnalyzePlanResponse_SparkVersionSchema, { version: spark.version }),
  ddlParse: async ({ ddlString }) => create(AnalyzePlanResponse_DDLParseSchema, { parsed: protoType(schemaOfText(ddlString)) }),
  sameSemantics: async ({ targetPlan, otherPlan }, t) => {
    const [target, other] = [await frameIn(targetPlan, t), await frameIn(otherPlan, t)];
    const result = (await target.canonicalText()) === (await other.canonicalText());
    return create(AnalyzePlanResponse_SameSemanticsSchema, { result });
  },
  semanticHash: async ({ plan }, t) => {
    const text = await (await frameIn(plan, t)).canonicalText();
    return create(AnalyzePlanResponse_SemanticHashSchema, { result: textHash(text) });
  },
  persist: async ({ relation, storageLevel }, t) => {
    persist(await planOf(relation, t), storageLevel ?? MEMORY_AND_DISK, t.spark);
    return create(AnalyzePlanResponse_PersistSchema);
  },
  unpersist: async ({ relation }, t) => {
    await unpersist(await planOf(relation, t), t.spark);
    return create(AnalyzePlanResponse_UnpersistSchema);
  },
  getStorageLevel: async ({ relation }, t) => {
    const { useDisk, useMemory, useOffHeap, deserialized, replication } = levelOf(await planOf(relation, t), t.spark) ?? NOWHERE;
    const storageLevel = create(StorageLevelSchema, { useDisk, useMemory, useOffHeap, deserialized, replication });
    return create(AnalyzePlanResponse_GetStorageLevelSchema, { storageLevel });
  },
  jsonToDdl: async ({ jsonString }) => create(AnalyzePlanResponse_JsonToDDLSchema, { ddlString: toDdl(schemaFromJson(jsonString)) }),
};
