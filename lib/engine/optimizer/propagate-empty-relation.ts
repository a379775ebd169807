import { booleanLiteral, namedAs, nullLiteral } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { outputOf } from "../logical/output.ts";
import type { Join, LogicalPlan, Union } from "../logical/plan.ts";
import { childrenOf, transformUp } from "../logical/traverse.ts";
import { emptyRelation, isEmpty } from "./empty-relation.ts";
import type { Rule } from "./rule.ts";

/** What is made of nothing only is nothing. */
export const propagateEmptyRelation: Rule = { name: "PropagateEmptyRelation", apply: (plan) => transformUp(plan, propagate) };

function propagate(node: LogicalPlan): LogicalPlan {
  switch (node.kind) {
    case "project":
    case "filter":
    case "sort":
    case "limit":
    case "offset":
    case "tail":
    case "sample":
    case "window":
    case "expand":
    case "repartition":
    case "generate":
    case "deduplicate":
    case "subqueryAlias":
      return isEmpty(node.child) ? emptyRelation(outputOf(node)) : node;
    case "aggregate":
      return node.grouping.length > 0 && isEmpty(node.child) ? emptyRelation(outputOf(node)) : node;
    case "setOperation":
      return isEmpty(node.left) || (node.operation === "intersect" && isEmpty(node.right)) ? emptyRelation(outputOf(node)) : node;
    case "union":
      return childrenOf(node).some(isEmpty) ? withoutEmpty(node) : node;
    case "join":
      return joined(node);
    default:
      return node;
  }
}

function withoutEmpty(union: Union): LogicalPlan {
  const output = outputOf(union);
  const children = union.children.filter((child) => !isEmpty(child));
  if (children.length === 0) return emptyRelation(output);
  const [only] = children;
  return children.length > 1 ? { ...union, children, output } : renamed(only!, output);
}

/** The child's columns under the union's identities. */
const renamed = (child: LogicalPlan, output: readonly Attribute[]): LogicalPlan => ({
  kind: "project",
  expressions: outputOf(child).map((a, i): Expression => (a.id === output[i]!.id ? a : namedAs(a, output[i]!.id, output[i]!.name))),
  child,
});

function joined(join: Join): LogicalPlan {
  const [left, right] = [isEmpty(join.left), isEmpty(join.right)];
  if (!left && !right) return join;
  const none = emptyRelation(outputOf(join));
  switch (join.type) {
    case "inner":
    case "cross":
    case "leftSemi":
      return none;
    case "left":
      return left ? none : padded(join, join.left);
    case "right":
      return right ? none : padded(join, join.right);
    case "leftAnti":
      return left ? none : join.left;
    case "existence":
      return left ? none : { kind: "project", expressions: [...outputOf(join.left), noMatch(join.exists!)], child: join.left };
    case "full":
      return left && right ? none : padded(join, left ? join.right : join.left);
  }
}

const noMatch = ({ id, name }: Attribute): Expression => namedAs(booleanLiteral(false), id, name);

/** The rows of the side that has some, the other side's columns NULL. */
function padded(join: Join, side: LogicalPlan): LogicalPlan {
  const kept = new Set(outputOf(side).map((a) => a.id));
  const expressions = outputOf(join).map((a): Expression => (kept.has(a.id) ? a : namedAs(nullLiteral(a.type), a.id, a.name)));
  return { kind: "project", expressions, child: side };
}
