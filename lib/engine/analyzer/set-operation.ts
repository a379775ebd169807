import { AnalysisError } from "../errors.ts";
import { freshId, namedAs, newAttribute, nullLiteral } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { typeSql } from "../expressions/print-type.ts";
import { sqlTypeOf } from "../expressions/quoting.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, SetOperation, Union } from "../logical/plan.ts";
import { type DataType, holdsKind, sameTypeIgnoringNullability } from "../types/data-type.ts";
import { widestCommonType } from "./common-type.ts";
import { refuseDuplicates } from "./duplicate-names.ts";
import { renumber } from "./renumber.ts";
import { equalNames, quoted } from "./resolve-expression.ts";
import { sameFields, withFields } from "./union-fields.ts";

/** Marks a union's column that is another one of its first child again: a name means that one. Source: Spark's DeduplicateUnionChildOutput. */
export const DUPLICATE = "__is_duplicate";

/** Both sides get the widest common type of each column by position; names are the first side's. */
export function resolveUnion(plan: Union, session: SessionSettings): LogicalPlan {
  if (plan.output) return plan;
  if (plan.byName && plan.children.length > 2) {
    const [first, ...rest] = plan.children as [LogicalPlan, ...LogicalPlan[]];
    return rest.reduce((left, right) => resolveUnion({ ...plan, children: [left, right] }, session), first);
  }
  const [left, right] = plan.children as [LogicalPlan, LogicalPlan];
  const aligned = plan.byName ? alignByName(left, right, plan.allowMissingColumns === true, session) : plan.children;
  const children = widen("UNION", aligned, session);
  const columns = children.map(outputOf);
  const output = columns[0]!.map((a, i) => {
    const column = newAttribute(
      a.name,
      a.type,
      columns.some((c) => c[i]!.nullable),
    );
    return columns[0]!.findIndex(({ id }) => id === a.id) < i ? { ...column, metadata: { [DUPLICATE]: null } } : column;
  });
  const { byName: _, allowMissingColumns: __, ...rest } = plan;
  return { ...rest, children, output };
}

export function resolveSetOperation(plan: SetOperation, session: SessionSettings): LogicalPlan {
  const [left, right] = widen(`${plan.operation.toUpperCase()}${plan.all ? " ALL" : ""}`, [plan.left, plan.right], session) as [
    LogicalPlan,
    LogicalPlan,
  ];
  for (const attribute of outputOf(left)) {
    checkComparable(attribute);
  }
  const ids = new Set(outputOf(left).map((a) => a.id));
  return { ...plan, left, right: outputOf(right).some((a) => ids.has(a.id)) ? renumber(right) : right };
}

/** Throws for a column by which rows cannot be told apart: maps and variants, at any depth. Source: Spark's CheckAnalysis. */
export function checkComparable({ name, type }: Attribute): void {
  const kind = (["map", "variant"] as const).find((kind) => holdsKind(type, kind));
  if (!kind) return;
  throw new AnalysisError(`UNSUPPORTED_FEATURE.SET_OPERATION_ON_${kind.toUpperCase()}_TYPE`, {
    colName: quoted([name]),
    dataType: `"${typeSql(type)}"`,
  });
}

function widen(operator: string, children: readonly LogicalPlan[], session: SessionSettings): LogicalPlan[] {
  const outputs = children.map(outputOf);
  const first = outputs[0]!;
  outputs.forEach((output, i) => {
    if (output.length === first.length) return;
    throw new AnalysisError("NUM_COLUMNS_MISMATCH", {
      operator,
      firstNumColumns: String(first.length),
      invalidOrdinalNum: ordinal(i),
      invalidNumColumns: String(output.length),
    });
  });
  const types = first.map((_, column) =>
    commonType(
      operator,
      outputs.map((o) => o[column]!),
      column,
      session,
    ),
  );
  return children.map((child, i) => castTo(child, outputs[i]!, types));
}

function commonType(operator: string, columns: readonly Attribute[], position: number, session: SessionSettings): DataType {
  return columns
    .map((a) => a.type)
    .reduce((left, right, i) => {
      const type = widestCommonType(left, right, session);
      if (type) return type;
      throw new AnalysisError("INCOMPATIBLE_COLUMN_TYPE", {
        tableOrdinalNumber: ordinal(i),
        columnOrdinalNumber: ordinal(position),
        dataType1: sqlTypeOf(right),
        dataType2: sqlTypeOf(left),
        operator,
        hint: "",
      });
    });
}

const ordinal = (index: number): string => ["first", "second", "third"][index] ?? `${index + 1}th`;

function castTo(child: LogicalPlan, output: readonly Attribute[], types: readonly DataType[]): LogicalPlan {
  if (output.every((a, i) => sameTypeIgnoringNullability(a.type, types[i]!))) return child;
  const expressions = output.map((a, i) =>
    sameTypeIgnoringNullability(a.type, types[i]!) ? a : namedAs({ kind: "cast", child: a, type: types[i]! }, freshId(), a.name),
  );
  return { kind: "project", expressions, child };
}

/** Two plans with the columns of both in one order, the first's. Source: Spark's ResolveUnion. */
function alignByName(left: LogicalPlan, right: LogicalPlan, allowMissing: boolean, session: SessionSettings): readonly LogicalPlan[] {
  for (const side of [left, right]) {
    refuseDuplicates(
      outputOf(side).map(({ name }) => name),
      session,
    );
  }
  const ofRight = matched(outputOf(left), outputOf(right), allowMissing, session);
  const others = outputOf(right).filter((a) => !outputOf(left).some((b) => equalNames(a.name, b.name, session)));
  const aligned: LogicalPlan = { kind: "project", expressions: [...ofRight, ...others], child: right };
  if (!allowMissing) return [left, aligned];
  return [{ kind: "project", expressions: matched(outputOf(aligned), outputOf(left), true, session), child: left }, aligned];
}

/** Columns by the names and types of `wanted`. */
const matched = (
  wanted: readonly Attribute[],
  output: readonly Attribute[],
  allowMissing: boolean,
  session: SessionSettings,
): Expression[] =>
  wanted.map(({ name, type }) => {
    const own = output.find((a) => equalNames(a.name, name, session));
    if (own) return sameFields(own.type, type, session) ? own : namedAs(withFields(own, type, allowMissing, session), freshId(), own.name);
    if (allowMissing) return namedAs(nullLiteral(type), freshId(), name);
    throw new AnalysisError("_LEGACY_ERROR_TEMP_1201", { colName: name, fieldNames: output.map((a) => a.name).join(", ") });
  });
