import { AnalysisError } from "../errors.ts";
import { call, freshId, integerLiteral, namedAs, newAttribute } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { typeSql } from "../expressions/print-type.ts";
import { childrenOf as childrenOfExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { functionNamed } from "../functions/registry.ts";
import type { CteDefinition, CteRef, UnionLoop, With } from "../logical/cte.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, Union } from "../logical/plan.ts";
import { allPlansBelow, subqueryPlansOf } from "../logical/subqueries.ts";
import { childrenOf, transformExpressions } from "../logical/traverse.ts";
import { type DataType, longType, sameTypeIgnoringNullability } from "../types/data-type.ts";
import { widestCommonType } from "./common-type.ts";
import { definitionOf, withDefinition } from "./context.ts";
import { castTo } from "./implicit-cast.ts";

type Resolve = (plan: LogicalPlan, session: SessionSettings) => LogicalPlan;

/** Definitions in their order, each seeing those before it, then the query that they are for. Source: Spark's ResolveWithCTE. */
export function resolveWith(plan: With, session: SessionSettings, resolve: Resolve): With {
  let inner = session;
  const definitions = plan.definitions.map((definition): CteDefinition => {
    const resolved = resolveDefinition(definition, inner, resolve);
    inner = withDefinition(inner, definition.id, { output: outputOf(resolved) });
    const { columns: _, ...rest } = definition;
    return { ...rest, plan: resolved };
  });
  return { ...plan, definitions, child: resolve(plan.child, inner) };
}

function resolveDefinition(definition: CteDefinition, session: SessionSettings, resolve: Resolve): LogicalPlan {
  const { id, plan, columns } = definition;
  if (!definition.recursive || !refersTo(plan, id)) return renamed(resolve(plan, session), columns);
  return renamed(resolveRecursive(plan, definition, session, resolve), columns);
}

const refersTo = (plan: LogicalPlan, id: number): boolean =>
  (plan.kind === "cteRef" && plan.id === id) || allPlansBelow(plan).some((below) => refersTo(below, id));

/** The loop that a recursive definition is, inside the WITH of its own where it has one. */
function resolveRecursive(plan: LogicalPlan, definition: CteDefinition, session: SessionSettings, resolve: Resolve): LogicalPlan {
  if (plan.kind === "subqueryAlias" && !plan.columns) return resolveRecursive(plan.child, definition, session, resolve);
  if (plan.kind === "with") return loopInWith(plan, definition, session, resolve);
  if (plan.kind === "deduplicate" && plan.child.kind === "union") throw new AnalysisError("UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE", {});
  if (plan.kind !== "union" || plan.byName || plan.children.length !== 2 || refersTo(plan.children[0]!, definition.id)) throw invalid();
  const anchor = resolve(plan.children[0]!, session);
  const ref = outputOf(anchor).map((a, i) => newAttribute(definition.columns?.[i] ?? a.name, a.type, true));
  return loop(plan, anchor, definition, withDefinition(session, definition.id, { output: ref, recursive: true }), resolve);
}

const invalid = (): AnalysisError => new AnalysisError("INVALID_RECURSIVE_CTE", {});

function loopInWith(plan: With, definition: CteDefinition, session: SessionSettings, resolve: Resolve): LogicalPlan {
  const { child } = plan;
  if (child.kind === "deduplicate" && child.child.kind === "union") throw new AnalysisError("UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE", {});
  if (child.kind !== "union" || child.children.length !== 2 || refersTo(child.children[0]!, definition.id)) throw invalid();
  if (plan.definitions.some((d) => refersTo(d.plan, definition.id))) throw invalid();
  const anchor = resolve({ kind: "with", definitions: plan.definitions, child: child.children[0]! }, session);
  const ref = outputOf(anchor).map((a, i) => newAttribute(definition.columns?.[i] ?? a.name, a.type, true));
  const step: LogicalPlan = { kind: "with", definitions: plan.definitions, child: child.children[1]! };
  const union: Union = { kind: "union", children: [child.children[0]!, step] };
  return loop(union, anchor, definition, withDefinition(session, definition.id, { output: ref, recursive: true }), resolve);
}

function loop(union: Union, anchor: LogicalPlan, { id, maxLevel }: CteDefinition, session: SessionSettings, resolve: Resolve): UnionLoop {
  checkPlaces(union.children[1]!, id, true);
  const step = transformExpressions(resolve(union.children[1]!, session), (e) => seededByLevel(e, id));
  const [from, to] = [outputOf(anchor), outputOf(step)];
  if (from.length !== to.length) {
    throw new AnalysisError("NUM_COLUMNS_MISMATCH", {
      operator: "UNION",
      firstNumColumns: String(from.length),
      invalidOrdinalNum: "second",
      invalidNumColumns: String(to.length),
    });
  }
  checkPlaces(step, id, true);
  const expressions = to.map((a, i) => castToAnchor(a, from[i]!.type, session));
  const widened: LogicalPlan = expressions.every((e, i) => e === to[i]) ? step : { kind: "project", expressions, child: step };
  const output = from.map((a) => newAttribute(a.name, a.type, true));
  const { cteRecursionLevelLimit = 100, cteRecursionRowLimit = 1_000_000 } = session;
  return {
    kind: "unionLoop",
    id,
    anchor,
    step: widened,
    output,
    maxLevel: maxLevel ?? cteRecursionLevelLimit,
    maxRows: cteRecursionRowLimit,
  };
}

/** Each level of a recursion has random numbers of its own. Source: Spark's UnionLoopExec. */
function seededByLevel(e: Expression, loop: number): Expression {
  if (e.kind !== "call" || e.deterministic !== false) return e;
  const entry = functionNamed(e.name);
  if (entry?.kind !== "scalar" || !entry.positional?.(e.args)) return e;
  const seed = e.args.at(-1);
  if (!seed) return e;
  return { ...e, args: [...e.args.slice(0, -1), call("loop_seed", [seed, integerLiteral(loop)], longType, false)] };
}

/** The step's rows become the anchor's: its types are those that the step has been resolved with. */
function castToAnchor(column: Attribute, type: DataType, session: SessionSettings): Expression {
  if (sameTypeIgnoringNullability(column.type, type)) return column;
  const common = widestCommonType(column.type, type, session);
  if (!common || !sameTypeIgnoringNullability(common, type)) {
    throw new AnalysisError("CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE", { left: `"${typeSql(type)}"`, right: `"${typeSql(column.type)}"` });
  }
  return namedAs(castTo(column, type, session), freshId(), column.name);
}

/** Whether a projection will be an aggregate once its functions are known: asked before names are looked up, as Spark does. */
const aggregates = (plan: LogicalPlan): boolean => plan.kind === "project" && plan.expressions.some(holdsAggregate);

function holdsAggregate(e: Expression): boolean {
  if (e.kind === "window" || e.kind === "scalarSubquery") return false;
  return (e.kind === "unresolvedFunction" && functionNamed(e.name)?.kind === "aggregate") || childrenOfExpression(e).some(holdsAggregate);
}

/** Where a loop may refer to itself: nowhere that its rows could be missing from, be padded, or count as a whole. */
function checkPlaces(plan: LogicalPlan, id: number, allowed: boolean): void {
  if (plan.kind === "cteRef" && plan.id === id && !allowed) throw new AnalysisError("INVALID_RECURSIVE_REFERENCE.PLACE", {});
  if (plan.kind === "join") {
    const { type } = plan;
    const both = type === "inner" || type === "cross";
    checkPlaces(plan.left, id, allowed && (both || type === "left" || type === "leftSemi" || type === "leftAnti"));
    checkPlaces(plan.right, id, allowed && (both || type === "right"));
    return;
  }
  const whole = plan.kind === "aggregate" || plan.kind === "window" || plan.kind === "sort" || aggregates(plan);
  for (const child of childrenOf(plan)) checkPlaces(child, id, allowed && !whole);
  for (const query of subqueryPlansOf(plan)) checkPlaces(query, id, allowed);
}

/** Each reference has columns of its own, so that a definition can be joined to itself. */
export function resolveCteRef(ref: CteRef, session: SessionSettings): LogicalPlan {
  if (ref.output) return ref;
  const rows = definitionOf(ref.id, session);
  if (!rows) throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: `\`${ref.name}\`` });
  const output = rows.output.map(
    (a): Attribute => ({ ...newAttribute(a.name, a.type, a.nullable), ...(a.metadata ? { metadata: a.metadata } : {}) }),
  );
  return { ...ref, output, ...(rows.recursive ? { recursive: true } : {}) };
}

function renamed(plan: LogicalPlan, columns: readonly string[] | undefined): LogicalPlan {
  if (!columns) return plan;
  const output = outputOf(plan);
  if (columns.length !== output.length)
    throw new AnalysisError("ASSIGNMENT_ARITY_MISMATCH", { numExpr: String(columns.length), numTarget: String(output.length) });
  const expressions = output.map((a, i): Expression => namedAs(a, freshId(), columns[i]!));
  return { kind: "project", expressions, child: plan };
}
