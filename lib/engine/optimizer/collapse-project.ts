import type { Alias, Expression } from "../expressions/expression.ts";
import { isDeterministic } from "../expressions/properties.ts";
import { childrenOf } from "../expressions/traverse.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";
import { aliasesOf, substitute } from "./substitute.ts";
import { isCheap } from "./traits.ts";

/**
 * A projection of a projection is one, unless something expensive would then be computed twice.
 * Source: Spark's CollapseProject.canCollapseExpressions.
 */
export const collapseProject: Rule = { name: "CollapseProject", apply: (plan) => transformUp(plan, collapse) };

function collapse(node: LogicalPlan): LogicalPlan {
  if (node.kind !== "project") return node;
  const { child } = node;
  if (child.kind === "project") {
    const aliases = aliasesOf(child.expressions);
    return mayCollapse(node.expressions, aliases)
      ? { ...node, expressions: node.expressions.map((e) => over(e, aliases)), child: child.child }
      : node;
  }
  if (child.kind === "aggregate" && isRenaming(node.expressions)) {
    const made = new Map(child.aggregates.map((e) => [e.kind === "alias" || e.kind === "attribute" ? e.id : -1, e]));
    return { ...child, aggregates: node.expressions.map((e) => renamed(e, made)) };
  }
  return node;
}

function mayCollapse(consumers: readonly Expression[], aliases: ReadonlyMap<number, Expression>): boolean {
  const uses = new Map<number, number>();
  // Inside a lambda an expression is evaluated for each element.
  const visit = (e: Expression, times: number): void => {
    if (e.kind === "attribute") uses.set(e.id, (uses.get(e.id) ?? 0) + times);
    for (const child of childrenOf(e)) visit(child, e.kind === "lambda" ? 2 : times);
  };
  for (const consumer of consumers) visit(consumer, 1);
  return [...uses].every(([id, times]) => {
    const made = aliases.get(id);
    return made === undefined || isCheap(made) || (times === 1 && isDeterministic(made));
  });
}

/** The expression over the lower projection's input, with the id and name it had. */
function over(e: Expression, aliases: ReadonlyMap<number, Expression>): Expression {
  if (e.kind !== "attribute") return substitute(e, aliases);
  const made = aliases.get(e.id);
  if (!made) return e;
  const alias: Alias = { kind: "alias", child: made, id: e.id, name: e.name };
  return e.metadata ? { ...alias, metadata: e.metadata } : alias;
}

/** Whether each is a column or a column's new name, none of them twice. */
function isRenaming(expressions: readonly Expression[]): boolean {
  const columns = expressions.map((e) => (e.kind === "alias" ? e.child : e));
  return (
    new Set(columns.map((e) => (e.kind === "attribute" ? e.id : undefined))).size === columns.length &&
    columns.every((e) => e.kind === "attribute")
  );
}

function renamed(e: Expression, made: ReadonlyMap<number, Expression>): Expression {
  const source = e.kind === "alias" ? e.child : e;
  const below = source.kind === "attribute" ? made.get(source.id) : undefined;
  if (!below || e === below) return e;
  if (e.kind === "attribute") return below;
  const child = below.kind === "alias" ? below.child : below;
  return { ...(e as Alias), child };
}
