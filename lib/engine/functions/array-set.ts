import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { elementType, sameElement, sameElements, unexpectedInput } from "./alignment.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import { any, anyArray, type FunctionEntry, type SessionSettings, takes } from "./function.ts";

/** Arrays as sets, and the search for a value in them. */
const scalar = scalarsOf("array");
const same = ([type]: readonly t.DataType[]) => type!;

export const hasNull = (list: string) => `list_count(${list}) < len(${list})`;
/** `list_position` takes two NULLs as equal, as Spark's set functions do. */
const distinctSql = (list: string): string =>
  bindOnce([list], ([l]) => {
    const [x, i] = [freeName([l!], "x"), freeName([l!], "i")];
    return `list_filter(${l}, lambda ${x}, ${i}: list_position(${l}, ${x}) = ${i})`;
  });
/** NULL if any list is; DuckDB's list_concat skips them. The cast is for NULL literals, which `||` gives a type of their own. */
export const concatArraysSql = (lists: readonly string[], type: t.DataType): string =>
  lists.length === 1 ? lists[0]! : `CAST(${lists.join(" || ")} AS ${sqlTypeOf(type)})`;

const contains = (list: string, value: string) =>
  bindOnce(
    [list, value],
    ([l, v]) =>
      `(CASE WHEN ${l} IS NULL OR ${v} IS NULL THEN NULL WHEN list_position(${l}, ${v}) IS NOT NULL THEN true WHEN ${hasNull(l!)} THEN NULL ELSE false END)`,
  );

/** Elements of `left`, each once, that are (or are not) in `right`. */
const setOperation = (left: string, right: string, keep: "IS NULL" | "IS NOT NULL") =>
  bindOnce([left, right], ([l, r]) => {
    const x = freeName([l!, r!], "e");
    return `(CASE WHEN ${r} IS NULL THEN NULL ELSE list_filter(${distinctSql(l!)}, lambda ${x}: list_position(${r}, ${x}) ${keep}) END)`;
  });

const overlap = (left: string, right: string) =>
  bindOnce([left, right], ([l, r]) => {
    const x = freeName([l!, r!], "e");
    const shared = `len(list_filter(${l}, lambda ${x}: ${x} IS NOT NULL AND list_position(${r}, ${x}) IS NOT NULL)) > 0`;
    const unknown = `len(${l}) > 0 AND len(${r}) > 0 AND (${hasNull(l!)} OR ${hasNull(r!)})`;
    return `(CASE WHEN ${l} IS NULL OR ${r} IS NULL THEN NULL WHEN ${shared} THEN true WHEN ${unknown} THEN NULL ELSE false END)`;
  });

/** An array of the type of what is looked for. Source: Spark's ArrayContains. */
function searched(args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const [list, value] = args.map(typeOf);
  if (list!.kind === "void" || value!.kind === "void") {
    const sqlExpr = `"array_contains(${args.map((arg) => prettyName(arg)).join(", ")})"`;
    throw new AnalysisError("DATATYPE_MISMATCH.NULL_TYPE", { sqlExpr, functionName: "`array_contains`" });
  }
  if (list!.kind !== "array") throw unexpectedInput("array_contains", 0, args, '"ARRAY"');
  return sameElement("array_contains")(args, session);
}

const mayHoldNull = (list: Expression): boolean => {
  const type = typeOf(list);
  return type.kind !== "array" || type.containsNull;
};

export const arraySetFunctions: readonly FunctionEntry[] = [
  scalar(
    "array_contains",
    "Returns true if the array has the value, NULL if that hangs on a NULL.",
    takes(any, any),
    t.booleanType,
    ([l, v]) => contains(l!, v!),
    { nullable: ([l, v]) => isNullable(l!) || isNullable(v!) || mayHoldNull(l!), check: searched },
  ),
  scalar("array_distinct", "Returns the array without repeated elements.", takes(anyArray), same, ([l]) => distinctSql(l!)),
  scalar(
    "array_except",
    "Returns the elements of the first array that are not in the second, each once.",
    takes(anyArray, anyArray),
    same,
    ([l, r]) => setOperation(l!, r!, "IS NULL"),
    { check: sameElements("array_except") },
  ),
  scalar(
    "array_intersect",
    "Returns the elements of both arrays, each once.",
    takes(anyArray, anyArray),
    ([l, r]) => t.arrayType(elementType(l!), (l as t.ArrayType).containsNull && (r as t.ArrayType).containsNull),
    ([l, r]) => setOperation(l!, r!, "IS NOT NULL"),
    { check: sameElements("array_intersect") },
  ),
  scalar(
    "array_union",
    "Returns the elements of either array, each once.",
    takes(anyArray, anyArray),
    ([l, r]) => t.arrayType(elementType(l!), (l as t.ArrayType).containsNull || (r as t.ArrayType).containsNull),
    (lists, call) => distinctSql(concatArraysSql(lists, call.type)),
    { check: sameElements("array_union") },
  ),
  scalar(
    "arrays_overlap",
    "Returns true if the arrays share a value that is not NULL, NULL if that hangs on a NULL.",
    takes(anyArray, anyArray),
    t.booleanType,
    ([l, r]) => overlap(l!, r!),
    { nullable: (lists) => lists.some((l) => isNullable(l) || mayHoldNull(l)), check: sameElements("arrays_overlap") },
  ),
  scalar(
    "array_position",
    "Returns the position of the first element equal to the value, from 1; 0 if there is none.",
    takes(anyArray, any),
    t.longType,
    ([list, value]) =>
      bindOnce(
        [list!, value!],
        ([l, v]) => `(CASE WHEN ${l} IS NULL OR ${v} IS NULL THEN NULL ELSE CAST(coalesce(list_position(${l}, ${v}), 0) AS BIGINT) END)`,
      ),
    { check: sameElement("array_position") },
  ),
  scalar(
    "array_remove",
    "Returns the array without the elements equal to the value.",
    takes(anyArray, any),
    same,
    ([list, value]) =>
      bindOnce([list!, value!], ([l, v]) => {
        const x = freeName([l!, v!], "e");
        return `(CASE WHEN ${v} IS NULL THEN NULL ELSE list_filter(${l}, lambda ${x}: ${x} IS DISTINCT FROM ${v}) END)`;
      }),
    { check: sameElement("array_remove") },
  ),
  scalar(
    "array_compact",
    "Returns the array without its NULLs.",
    takes(anyArray),
    ([l]) => t.arrayType(elementType(l!), false),
    ([list]) => {
      const x = freeName([list!], "e");
      return `list_filter(${list}, lambda ${x}: ${x} IS NOT NULL)`;
    },
  ),
];
