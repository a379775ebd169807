import { analyze } from "./analyzer/analyze.ts";
import { renumber } from "./analyzer/renumber.ts";
import type { Expression } from "./expressions/expression.ts";
import type { SessionSettings } from "./functions/function.ts";
import { outputOf } from "./logical/output.ts";
import type { Cached, LogicalPlan } from "./logical/plan.ts";
import { mapAllPlansBelow } from "./logical/subqueries.ts";
import { transformUp } from "./logical/traverse.ts";

/**
 * An analyzed plan that reads the rows that caches keep instead of computing them again. What is above a cache goes on naming the
 * columns that are below it: that is why the analyzer sees both.
 */
export function readKeptRows(plan: LogicalPlan, session: SessionSettings): LogicalPlan {
  if (plan.kind === "cached") return plan.stored ? keptRows(plan, analyze(plan.stored, session)) : readKeptRows(plan.child, session);
  return mapAllPlansBelow(plan, (below) => readKeptRows(below, session));
}

/** Rows that stand twice in a plan are read under ids of their own each time. */
function keptRows({ child }: Cached, stored: LogicalPlan): LogicalPlan {
  const rows = renumber(transformUp(stored, (node) => (node.kind === "scan" ? { ...node, kept: true } : node)));
  const columns = outputOf(rows);
  const expressions = outputOf(child).map(({ id, name, metadata }, i): Expression => {
    const named = { kind: "alias", child: columns[i]!, id, name } as const;
    return metadata ? { ...named, metadata } : named;
  });
  return { kind: "project", expressions, child: rows };
}
