import { freshId, namedAs } from "../../expressions/build.ts";
import type { Alias, Attribute, Expression } from "../../expressions/expression.ts";
import { prettyName } from "../../expressions/print.ts";
import { fingerprint, hasSubquery } from "../../expressions/properties.ts";
import { mapChildren } from "../../expressions/traverse.ts";
import { toAttribute } from "../../logical/output.ts";
import type { Aggregate, LogicalPlan, Project } from "../../logical/plan.ts";
import { Attaching } from "./rewrite-subqueries.ts";

type Column = Alias | Attribute;

/** Subqueries of keys and of aggregates' arguments are joined below; what is computed of groups, in a projection above. */
export function rewriteAggregate(node: Aggregate, rewriteProject: (project: LogicalPlan) => LogicalPlan): LogicalPlan {
  const attaching = new Attaching(node.child);
  const grouping = node.grouping.map((e) => attaching.replace(e));
  const keys = new Map(node.grouping.map((e, i) => [fingerprint(e), grouping[i]!]));
  const below = (e: Expression): Expression => {
    const key = keys.get(fingerprint(e));
    if (key) return e.kind === "alias" ? { ...e, child: key } : key;
    return e.kind === "aggregate" ? mapChildren(e, (child) => attaching.replace(child)) : mapChildren(e, below);
  };
  const aggregates = node.aggregates.map(below);
  const aggregate: Aggregate = { ...node, grouping, aggregates, child: attaching.plan };
  return aggregates.some(hasSubquery) ? rewriteProject(splitAbove(aggregate)) : aggregate;
}

/** The aggregate with its keys and aggregate calls as columns, and the outputs computed of them. */
export function splitAbove(aggregate: Aggregate): Project {
  const keys = new Set(aggregate.grouping.map(fingerprint));
  const columns = new Map<string, Column>();
  const pulled = (e: Expression): Expression => {
    const text = fingerprint(e);
    if (e.kind === "alias") return { ...e, child: pulled(e.child) };
    if (e.kind !== "aggregate" && !keys.has(text)) return mapChildren(e, pulled);
    const column: Column = columns.get(text) ?? (e.kind === "attribute" ? e : namedAs(e, freshId(), prettyName(e)));
    columns.set(text, column);
    return toAttribute(column);
  };
  const expressions = aggregate.aggregates.map(pulled);
  return { kind: "project", expressions, child: { ...aggregate, aggregates: [...columns.values()] } };
}
