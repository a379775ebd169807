import { AnalysisError } from "../../engine/errors.ts";
import { rowsOutcome, text } from "../session/outcome.ts";
import type { Command } from "./commands.ts";

/** EXPLAIN of a query, and of commands. */
export const explain: Command<"explain"> = async ({ mode, statement }, context) => {
  if (mode === "logical") throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "EXPLAIN LOGICAL", advice: "Use EXPLAIN EXTENDED." });
  if (statement.kind !== "query") {
    const { explainCommand } = await import("./explain-command.ts");
    return rowsOutcome([text("plan")], [[await explainCommand(statement, mode, context)]]);
  }
  const words = await context.session.engine.explain(await context.lower(statement.query), mode, context.conf);
  return rowsOutcome([text("plan")], [[words]]);
};
