import { AnalysisError } from "../../engine/errors.ts";
import { attribute, fn } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { joinNames } from "../../engine/logical/join-names.ts";
import type { Join, LogicalPlan, TableFunction } from "../../engine/logical/plan.ts";
import type { Expression as Written } from "../syntax/expression.ts";
import type * as s from "../syntax/query.ts";
import type { Span } from "../syntax/span.ts";
import { type Lowering, type LoweringContext, lowering } from "./context.ts";
import { cteNamed } from "./cte.ts";
import { lowerExpression, lowerSortItem } from "./expression.ts";
import { partsOf, propertyText } from "./name.ts";
import { placeOf, planAt } from "./place.ts";
import { lowerQuery } from "./query.ts";
import { withSample } from "./sample.ts";
import { tableSqlFunction } from "./sql-function.ts";

type Of<K extends s.Relation["kind"]> = Extract<s.Relation, { kind: K }>;

/** What stands in FROM, as an unresolved plan. */
export function lowerRelation(relation: s.Relation, context: LoweringContext | Lowering): LogicalPlan {
  const scope = lowering(context);
  const rule = rules[relation.kind] as (r: s.Relation, scope: Lowering) => LogicalPlan;
  return planAt(relation, scope, () => rule(relation, scope));
}

const rules: { readonly [K in s.Relation["kind"]]: (relation: Of<K>, scope: Lowering) => LogicalPlan } = {
  tableReference: (r, scope) => withSample(r.sample, aliased(r.alias, tableReference(r, scope)), scope),
  queryRelation: (r, scope) => aliased(r.alias, withSample(r.sample, lowerQuery(r.query, { ...scope, inQuery: true }), scope), true),
  values: inlineTable,
  tableFunction: (r, scope) => tableFunction(r, scope),
  join: lowerJoin,
  pivot: (r, scope) => lowerPivot(r, lowerRelation(r.child, scope), scope),
  unpivot: (r, scope) => lowerUnpivot(r, lowerRelation(r.child, scope), scope),
  nestedRelation: (r, scope) => aliased(r.alias, withSample(r.sample, lowerRelation(r.relation, scope), scope)),
};

/** What stands between FROM and WHERE: relations with commas between them are joined. */
export function lowerFrom(relations: readonly s.Relation[], scope: Lowering): LogicalPlan {
  const [first, ...rest] = relations;
  return rest.reduce((left, relation) => commaJoin(left, relation, scope), lowerRelation(first!, scope));
}

/** `a, LATERAL b JOIN c`: the comma's join is the innermost. */
function commaJoin(left: LogicalPlan, relation: s.Relation, scope: Lowering): LogicalPlan {
  const lateral = isLateral(relation);
  return joined({ type: "inner", left, right: lowerRelation(relation, scope) }, lateral, relation, left, scope);
}

const isLateral = (relation: s.Relation): boolean =>
  (relation.kind === "queryRelation" || relation.kind === "tableFunction") && relation.lateral;

/** A name of a CTE, of a temporary view, else of something in the catalog. */
export function tableNamed(
  nameParts: readonly string[],
  scope: Lowering,
  more: { readonly options?: Record<string, string> } = {},
  written?: Span,
): LogicalPlan {
  const cte = nameParts.length === 1 ? cteNamed(nameParts[0]!, scope) : undefined;
  if (cte) return { kind: "subqueryAlias", alias: cte.name, child: { kind: "cteRef", id: cte.id, name: cte.name } };
  const view = scope.relation(nameParts, written && placeOf(written, scope));
  if (!view) return { kind: "unresolvedRelation", nameParts, currentSchema: scope.currentSchema, ...more };
  return { kind: "subqueryAlias", alias: nameParts.at(-1)!, child: view };
}

function tableReference(reference: s.TableReference, scope: Lowering): LogicalPlan {
  if (reference.stream) throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "STREAM", advice: "Read the table as it is." });
  const nameParts = partsOf(reference.name, scope);
  const options = reference.options?.map(({ key, value }) => [key, propertyText(value, scope)] as const);
  const table = planAt(reference.name, scope, () =>
    tableNamed(nameParts, scope, options ? { options: Object.fromEntries(options) } : {}, reference.name),
  );
  if (!reference.asOf) return table;
  if (table.kind !== "unresolvedRelation") {
    throw new AnalysisError("UNSUPPORTED_FEATURE.TIME_TRAVEL", { relationId: sqlId(nameParts) });
  }
  return { ...table, asOf: { kind: reference.asOf.kind, value: lowerExpression(reference.asOf.value, scope) } };
}

/** `AS t`, `AS t(a, b)`; a subquery without an alias hides the qualifiers below it. */
export function aliased(alias: s.TableAlias | undefined, child: LogicalPlan, subquery = false): LogicalPlan {
  const name = alias?.name?.name;
  if (name === undefined) return subquery ? { kind: "subqueryAlias", alias: "__auto_generated_subquery_name", child } : child;
  const columns = alias?.columns?.map((column) => column.name);
  return { kind: "subqueryAlias", alias: name, ...(columns ? { columns } : {}), child };
}

/** `VALUES (1, 'a'), (2, 'b') AS t(a, b)`. */
export function inlineTable(values: s.Values, scope: Lowering): LogicalPlan {
  const rows = values.rows.map((row) => {
    const cells = row.kind === "row" ? row.fields.map((field) => (field.kind === "alias" ? field.child : field)) : [row];
    return cells.map((cell) => lowerExpression(cell, scope));
  });
  const names = values.alias?.columns?.map((column) => column.name);
  const table: LogicalPlan = { kind: "inlineTable", rows, ...(names ? { names } : {}) };
  const alias = values.alias?.name?.name;
  return alias === undefined ? table : { kind: "subqueryAlias", alias, child: table };
}

function tableFunction(relation: s.TableFunction, scope: Lowering): LogicalPlan {
  const nameParts = partsOf(relation.name, scope);
  const own = scope.function(nameParts);
  if (own?.table) {
    const args = relation.args.map((arg) => lowerExpression(arg, scope));
    const name = relation.alias?.name?.name ?? own.nameParts.at(-1)!;
    const columns = relation.alias?.columns?.map((column) => column.name);
    return withSample(
      relation.sample,
      { kind: "subqueryAlias", alias: name, ...(columns ? { columns } : {}), child: tableSqlFunction(own, args, scope) },
      scope,
    );
  }
  if (own) throw new AnalysisError("NOT_A_TABLE_FUNCTION", { functionName: sqlId(own.nameParts) });
  if (nameParts.length > 1) throw new AnalysisError("INVALID_SQL_SYNTAX.INVALID_TABLE_VALUED_FUNC_NAME", { funcName: sqlId(nameParts) });
  const call: LogicalPlan = { kind: "tableFunction", nameParts, ...tableArguments(relation.args, scope) };
  return withSample(relation.sample, functionAliased(relation.alias, call), scope);
}

/** A table among the arguments stands beside them. Source: Spark's checks of table-valued functions. */
function tableArguments(args: readonly Written[], scope: Lowering): Pick<TableFunction, "args" | "input"> {
  const tables = args.map((arg) => (arg.kind === "namedArgument" ? arg.value : arg)).filter((arg) => arg.kind === "tableArgument");
  const [table] = tables;
  if (!table) return { args: args.map((arg) => lowerExpression(arg, scope)) };
  if (tables.length > 1) throw new AnalysisError("TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS", { num: String(tables.length) });
  const star: Expression = { kind: "unresolvedStar" };
  const lowered = args.map((arg): Expression => {
    if (arg === table) return star;
    return arg.kind === "namedArgument" && arg.value === table
      ? { kind: "namedArgument", name: arg.name.name, value: star }
      : lowerExpression(arg, scope);
  });
  const input = {
    plan: lowerQuery(table.query, scope),
    partitionBy: (table.partitionBy ?? []).map((e) => lowerExpression(e, scope)),
    orderBy: (table.orderBy ?? []).map((item) => lowerSortItem(item, scope)),
    ...(table.singlePartition ? { single: true as const } : {}),
  };
  return { args: lowered, input };
}

/** A table function may have names for its columns and none for itself. */
function functionAliased(alias: s.TableAlias | undefined, call: LogicalPlan): LogicalPlan {
  if (!alias) return call;
  const columns = alias.columns?.map((column) => column.name);
  const named: LogicalPlan = columns ? { kind: "toNames", names: columns, child: call } : call;
  return alias.name ? { kind: "subqueryAlias", alias: alias.name.name, child: named } : named;
}

function lowerJoin(join: s.Join, scope: Lowering): LogicalPlan {
  return lowerJoinOver(join, lowerRelation(join.left, scope), scope);
}

/** A join of a plan with what a JOIN clause names. */
export function lowerJoinOver(join: Omit<s.Join, "left" | "start" | "end" | "kind">, left: LogicalPlan, scope: Lowering): LogicalPlan {
  const lateral = join.lateral || isLateral(join.right);
  checkJoin(join, lateral);
  const condition = join.on ? { condition: lowerExpression(join.on, scope) } : {};
  const using = join.using ? { using: join.using.map((column) => column.name) } : {};
  const natural = join.natural ? { natural: true } : {};
  const node = { type: join.type, left, right: lowerRelation(join.right, scope), ...condition, ...using, ...natural };
  return joined(node, lateral, join.right, left, scope);
}

function checkJoin(join: Omit<s.Join, "left" | "start" | "end" | "kind">, lateral: boolean): void {
  if (lateral && join.using) throw new AnalysisError("UNSUPPORTED_FEATURE.LATERAL_JOIN_USING", {});
  if (lateral && join.natural) throw new AnalysisError("INCOMPATIBLE_JOIN_TYPES", { joinType1: "LATERAL", joinType2: "NATURAL" });
  if (join.natural && join.type === "cross")
    throw new AnalysisError("INCOMPATIBLE_JOIN_TYPES", { joinType1: "NATURAL", joinType2: "CROSS" });
  if (lateral && join.type !== "inner" && join.type !== "cross" && join.type !== "left") {
    throw new AnalysisError("INVALID_LATERAL_JOIN_TYPE", { joinType: joinNames[join.type] });
  }
}

/** A generator on the right that sees the left's columns is a LATERAL VIEW; other laterals are joins. */
function joined(join: Omit<Join, "kind">, lateral: boolean, written: s.Relation, left: LogicalPlan, scope: Lowering): LogicalPlan {
  if (!lateral) return { kind: "join", ...join };
  if (written.kind !== "queryRelation" && written.kind !== "tableFunction") {
    throw new AnalysisError("INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC", {});
  }
  if (written.kind === "tableFunction" && !join.condition && !written.sample && isGenerator(written, scope)) {
    return generatorJoin(written, join.type === "left", left, scope);
  }
  return { kind: "join", ...join, lateral: true };
}

function isGenerator(written: s.TableFunction, scope: Lowering): boolean {
  const parts = partsOf(written.name, scope);
  if (written.args.some((arg) => (arg.kind === "namedArgument" ? arg.value : arg).kind === "tableArgument")) return false;
  return parts.length === 1 && parts[0]!.toLowerCase() !== "range" && scope.function(parts) === undefined;
}

function generatorJoin(written: s.TableFunction, outer: boolean, child: LogicalPlan, scope: Lowering): LogicalPlan {
  const columns = written.alias?.columns?.map((column) => column.name);
  const table = written.alias?.name?.name;
  return {
    kind: "lateralView",
    generator: fn(partsOf(written.name, scope)[0]!, ...written.args.map((arg) => lowerExpression(arg, scope))),
    outer,
    ...(table === undefined ? {} : { table }),
    ...(columns ? { columns } : {}),
    child,
  };
}

/** `LATERAL VIEW [OUTER] explode(a) t AS x`. The table's name is lower case, as Spark has it. */
export function lowerLateralView(view: s.LateralView, child: LogicalPlan, scope: Lowering): LogicalPlan {
  const parts = partsOf(view.function, scope);
  const generator = fn(parts.at(-1)!, ...view.args.map((arg) => lowerExpression(arg, scope)));
  const columns = view.columns.map((column) => column.name);
  const named = columns.length > 0 ? { columns } : {};
  return { kind: "lateralView", generator, outer: view.outer, table: view.table.name.toLowerCase(), ...named, child };
}

/** `PIVOT (sum(x) FOR c IN (1, 2))`; several columns are one struct. */
export function lowerPivot(pivot: Omit<s.Pivot, "child" | "start" | "end" | "kind">, child: LogicalPlan, scope: Lowering): LogicalPlan {
  const columns: Expression[] = pivot.columns.map(({ name }) => attribute(`\`${name.replaceAll("`", "``")}\``));
  const plan: LogicalPlan = {
    kind: "pivot",
    column: columns.length === 1 ? columns[0]! : fn("struct", ...columns),
    values: pivot.values.map((value) => lowerExpression(value, scope)),
    aggregates: pivot.aggregates.map((aggregate) => lowerExpression(aggregate, scope)),
    child,
  };
  return aliased(pivot.alias, plan);
}

/** `UNPIVOT (v FOR n IN (a, b))`; NULLs are left out unless they are to be kept. */
export function lowerUnpivot(
  unpivot: Omit<s.Unpivot, "child" | "start" | "end" | "kind">,
  child: LogicalPlan,
  scope: Lowering,
): LogicalPlan {
  const valueColumnNames = unpivot.values.map((value) => value.name);
  const values = unpivot.columns.flatMap(({ columns }) =>
    columns.map((name): Expression => ({ kind: "unresolvedAttribute", nameParts: partsOf(name, scope) })),
  );
  const sizes = unpivot.columns.find(({ columns }) => columns.length !== valueColumnNames.length);
  if (sizes) {
    throw new AnalysisError("UNPIVOT_VALUE_SIZE_MISMATCH", { names: String(valueColumnNames.length) });
  }
  const aliases = unpivot.columns.map(({ alias }) => alias?.name ?? null);
  const plan: LogicalPlan = {
    kind: "unpivot",
    values,
    ...(aliases.some((alias) => alias !== null) ? { aliases } : {}),
    variableColumnName: unpivot.name.name,
    valueColumnNames,
    child,
  };
  const present = fn(
    "isnotnull",
    fn("coalesce", ...valueColumnNames.map((name): Expression => ({ kind: "unresolvedAttribute", nameParts: [name] }))),
  );
  return aliased(unpivot.alias, unpivot.nulls === "include" ? plan : { kind: "filter", condition: present, child: plan });
}
