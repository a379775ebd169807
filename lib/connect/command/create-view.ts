import { AnalysisError } from "../../engine/errors.ts";
import { parserOptions } from "../../sql/parser/options.ts";
import { parseTableName } from "../../sql/parser/parse.ts";
import { temporaryName } from "../../sql/session/names.ts";
import { planOf } from "../relation/relation.ts";
import type { Translation } from "../translation.ts";
import type { Rule } from "./command.ts";

/** Names a plan for the session, or for all sessions of the engine. What the plan cannot mean is told now, not when the view is read. */
export const createView: Rule<"createDataframeView"> = async ({ input, name, isGlobal, replace }, t) => {
  const parts = temporaryName(viewParts(name, t), isGlobal);
  const plan = await t.spark.settled(await planOf(input, t));
  await t.spark.engine.schema(plan, t.spark.conf.forEngine());
  t.spark.statements.views.create(parts, { kind: "plan", name: parts.at(-1)!, plan }, replace);
};

function viewParts(name: string, { spark }: Translation): readonly string[] {
  try {
    const parsed = parseTableName(name, parserOptions(spark.conf.getAll()));
    if (parsed.kind === "name" && parsed.parts.length <= 3) return parsed.parts.map((part) => part.name);
  } catch {}
  throw new AnalysisError("_LEGACY_ERROR_TEMP_1321", { viewName: name });
}
