import { AnalysisError } from "../../engine/errors.ts";
import { rowsOutcome, text } from "../session/outcome.ts";
import type { Command } from "./commands.ts";

/** EXPLAIN of a query. */
export const explain: Command<"explain"> = async ({ mode, statement }, context) => {
  if (mode === "logical" || statement.kind !== "query")
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: mode === "logical" ? "EXPLAIN LOGICAL" : `EXPLAIN of a ${statement.kind} statement`,
      advice: "Explain the query alone.",
    });
  const words = await context.session.engine.explain(await context.lower(statement.query), mode, context.conf);
  return rowsOutcome([text("plan")], [[words]]);
};
