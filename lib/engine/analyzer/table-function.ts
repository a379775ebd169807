import { AnalysisError } from "../errors.ts";
import { newAttribute } from "../expressions/build.ts";
import type { Expression, GeneratorCall } from "../expressions/expression.ts";
import { sqlExpr, sqlId } from "../expressions/quoting.ts";
import { transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { functionNamed } from "../functions/registry.ts";
import { outputOf } from "../logical/output.ts";
import type { LateralView, LogicalPlan, TableFunction } from "../logical/plan.ts";
import type { TableInput } from "../logical/python.ts";
import { structField, structType } from "../types/data-type.ts";
import { oneRow } from "./inline-table.ts";
import { resolveRange } from "./range.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { emptyScope, scopeOf } from "./scope.ts";
import { refuseSqlCalls } from "./sql-function.ts";

/** A generator over one row, or `range`. Source: Spark's TableFunctionRegistry. */
export function resolveTableFunction(plan: TableFunction, session: SessionSettings): LogicalPlan {
  const name = plan.nameParts.at(-1)!;
  const { input } = plan;
  const table = input && tableArgument(input);
  const given = table ? plan.args.map((arg) => transformUp(arg, (e) => (e.kind === "unresolvedStar" ? table : e))) : plan.args;
  const args = given.map((arg) => resolveExpression(arg, emptyScope, session));
  if (name.toLowerCase() === "range") return resolveRange(plan, args, session);
  const generator =
    functionNamed(name)?.kind === "generator" ? asGenerator({ kind: "unresolvedFunction", name, args }, session) : undefined;
  if (!generator) throw new AnalysisError("UNRESOLVABLE_TABLE_VALUED_FUNCTION", { name: sqlId(plan.nameParts) });
  if (input)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `A table as an argument of ${name}`,
      advice: "Only table functions of Python take one.",
    });
  return generate(generator, generator.outer, oneRow());
}

/** A table stands for a struct of its columns, which generators of arrays and maps refuse. Source: Spark's FunctionTableSubqueryArgumentExpression. */
function tableArgument({ plan }: TableInput): Expression {
  const type = structType(outputOf(plan).map((a) => structField(a.name, a.type, a.nullable)));
  return { kind: "call", name: "functiontablesubqueryargumentexpression", args: [], type, nullable: false };
}

function asGenerator(call: Expression, session: SessionSettings): GeneratorCall {
  const resolved = resolveExpression(call, emptyScope, session);
  if (resolved.kind !== "generator")
    throw new AnalysisError("UNSUPPORTED_GENERATOR.NOT_GENERATOR", { functionName: "", classCanonicalName: "" });
  return resolved;
}

function generate(generator: GeneratorCall, outer: boolean, child: LogicalPlan, columns?: readonly string[], table?: string): LogicalPlan {
  const output = generator.fields.map((f, i) => ({
    ...newAttribute(columns?.[i] ?? f.name, f.dataType, f.nullable || outer),
    ...(table === undefined ? {} : { qualifier: [table] }),
  }));
  return { kind: "generate", generator, outer, output, child };
}

/** Joins each row to the generator's rows; the generator sees the row's columns. Source: Spark's ResolveGenerate. */
export function resolveLateralView(plan: LateralView, session: SessionSettings): LogicalPlan {
  const resolved = resolveExpression(plan.generator, scopeOf([plan.child], session), session);
  if (resolved.kind !== "generator") {
    throw new AnalysisError("UNSUPPORTED_GENERATOR.NOT_GENERATOR", { functionName: sqlExpr(resolved), classCanonicalName: "" });
  }
  refuseSqlCalls(resolved, "Generate");
  const { columns } = plan;
  if (columns && columns.length !== resolved.fields.length) {
    throw new AnalysisError("UDTF_ALIAS_NUMBER_MISMATCH", {
      aliasesSize: String(resolved.fields.length),
      aliasesNames: columns.join(","),
    });
  }
  return generate({ ...resolved }, plan.outer || resolved.outer, plan.child, columns, plan.table);
}
