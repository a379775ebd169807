import type { DataType } from "../../engine/types/data-type.ts";
import type { Value } from "../../engine/types/values.ts";
import type { Query, WindowSpec } from "./query.ts";
import type { Identifier, Name, Span } from "./span.ts";

/** Expressions as they are written. Every node knows its place; nothing is resolved, folded or renamed. */
export type Expression =
  | Literal
  | TypedLiteral
  | IntervalLiteral
  | Parameter
  | Column
  | Star
  | Operation
  | Comparison
  | Between
  | InList
  | InSubquery
  | Like
  | IsTest
  | Case
  | Cast
  | FunctionCall
  | ExtractField
  | Trim
  | Overlay
  | Position
  | Subscript
  | Dereference
  | SemiStructured
  | Subquery
  | Exists
  | RowConstructor
  | Lambda
  | Collate
  | Alias
  | NamedArgument
  | TableArgument;

/** A number, a string (adjacent ones joined), TRUE, FALSE, NULL. The value is already of the type that the text gives it. */
export interface Literal extends Span {
  readonly kind: "literal";
  readonly value: Value;
  readonly type: DataType;
}
/** `DATE '2020-01-01'`, `TIMESTAMP_NTZ '...'`, `TIME '...'`, `X'1F'`: what it means may depend on the session. */
export interface TypedLiteral extends Span {
  readonly kind: "typedLiteral";
  /** Upper case: DATE, TIMESTAMP, TIMESTAMP_LTZ, TIMESTAMP_NTZ, TIME, X, INTERVAL; others are refused when lowered. */
  readonly type: string;
  readonly text: string;
}
/** `INTERVAL 3 DAYS 2 HOURS`, `INTERVAL '1-2' YEAR TO MONTH`. */
export interface IntervalLiteral extends Span {
  readonly kind: "interval";
  /** One or more `value unit`; with `to`, exactly one. Values are strings, digits as they were written, signs included, or parameters. Units are lower case, singular or plural as written. */
  readonly parts: readonly { readonly value: Expression; readonly unit: string }[];
  readonly to?: string;
}
/** `:name`, `?` (by position, from 0), `${name}` is not one: the session replaces it before. */
export interface Parameter extends Span {
  readonly kind: "parameter";
  readonly name: string | number;
}
/** `a`, `t.a`, `IDENTIFIER('a')`. What follows a dot may also be a field: only the analyzer knows. */
export interface Column extends Span {
  readonly kind: "column";
  readonly name: Name;
}
/** `*`, `t.*`, `* EXCEPT (a, b.c) REPLACE (x + 1 AS x)`. */
export interface Star extends Span {
  readonly kind: "star";
  readonly target?: Name;
  readonly except?: readonly (readonly Identifier[])[];
  readonly replace?: readonly Alias[];
}
/** Arithmetic, bits, concatenation and logic: `+ - * / % div & | ^ ~ << >> >>> || and or not !`; one operand for a sign, `~`, `not`, `!`; any number for `and` and `or`. */
export interface Operation extends Span {
  readonly kind: "operation";
  /** Lower case. `!` is written so. */
  readonly operator: string;
  readonly operands: readonly Expression[];
}
/** `= == <=> <> != < <= > >=`. */
export interface Comparison extends Span {
  readonly kind: "comparison";
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}
export interface Between extends Span {
  readonly kind: "between";
  readonly value: Expression;
  readonly lower: Expression;
  readonly upper: Expression;
  readonly negated: boolean;
}
export interface InList extends Span {
  readonly kind: "inList";
  readonly value: Expression;
  readonly list: readonly Expression[];
  readonly negated: boolean;
}
export interface InSubquery extends Span {
  readonly kind: "inSubquery";
  /** Several for `(a, b) IN (SELECT ...)`. */
  readonly values: readonly Expression[];
  readonly query: Query;
  readonly negated: boolean;
}
/** `LIKE`, `ILIKE`, `RLIKE` (REGEXP), each alone or against ANY, SOME or ALL of a list. */
export interface Like extends Span {
  readonly kind: "like";
  readonly operator: "like" | "ilike" | "rlike";
  readonly value: Expression;
  readonly patterns: readonly Expression[];
  readonly quantifier?: "any" | "some" | "all";
  readonly escape?: string;
  readonly negated: boolean;
}
export interface IsTest extends Span {
  readonly kind: "is";
  readonly test: "null" | "true" | "false" | "unknown" | "distinctFrom";
  readonly value: Expression;
  /** Of IS DISTINCT FROM. */
  readonly other?: Expression;
  readonly negated: boolean;
}
export interface Case extends Span {
  readonly kind: "case";
  readonly value?: Expression;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise?: Expression;
}
/** `CAST(a AS INT)`, `TRY_CAST`, `a::INT`. */
export interface Cast extends Span {
  readonly kind: "cast";
  readonly child: Expression;
  readonly type: DataType;
  readonly mode?: "try";
}
/** Any call: `sum(DISTINCT x) FILTER (WHERE ...) OVER w`, `percentile_cont(0.5) WITHIN GROUP (ORDER BY x)`, `COUNT(*)`, CURRENT_DATE without parentheses. */
export interface FunctionCall extends Span {
  readonly kind: "call";
  readonly name: Name;
  readonly args: readonly Expression[];
  readonly distinct?: true;
  readonly withinGroup?: readonly SortItem[];
  readonly filter?: Expression;
  readonly nulls?: "ignore" | "respect";
  readonly over?: WindowSpec | Identifier;
  /** CURRENT_DATE and the like, as names alone. */
  readonly bare?: true;
}
/** `EXTRACT(YEAR FROM d)`. */
export interface ExtractField extends Span {
  readonly kind: "extract";
  readonly field: Identifier;
  readonly source: Expression;
}
/** `TRIM(BOTH 'x' FROM s)`. */
export interface Trim extends Span {
  readonly kind: "trim";
  readonly side?: "both" | "leading" | "trailing";
  readonly characters?: Expression;
  readonly source: Expression;
}
/** `OVERLAY(s PLACING r FROM 3 FOR 2)`. */
export interface Overlay extends Span {
  readonly kind: "overlay";
  readonly source: Expression;
  readonly replacement: Expression;
  readonly from: Expression;
  readonly length?: Expression;
}
/** `POSITION(a IN b)`. */
export interface Position extends Span {
  readonly kind: "position";
  readonly substring: Expression;
  readonly source: Expression;
}
/** `a[i]`. */
export interface Subscript extends Span {
  readonly kind: "subscript";
  readonly child: Expression;
  readonly index: Expression;
}
/** `f(x).name`, `(a).b`: a field of what is no plain name (those are Columns of several parts). */
export interface Dereference extends Span {
  readonly kind: "dereference";
  readonly child: Expression;
  readonly field: Identifier;
}
/** `v:a.b[0]` of a variant: `path` is the text behind the colon. */
export interface SemiStructured extends Span {
  readonly kind: "semiStructured";
  readonly child: Expression;
  readonly path: string;
}
export interface Subquery extends Span {
  readonly kind: "subquery";
  readonly query: Query;
}
export interface Exists extends Span {
  readonly kind: "exists";
  readonly query: Query;
}
/** `(a, b)`, also `STRUCT(a AS x, b)`, whose fields may be Aliases. */
export interface RowConstructor extends Span {
  readonly kind: "row";
  readonly fields: readonly Expression[];
  readonly struct?: true;
}
/** `x -> x + 1`, `(a, b) -> a + b`. */
export interface Lambda extends Span {
  readonly kind: "lambda";
  readonly parameters: readonly Identifier[];
  readonly body: Expression;
}
export interface Collate extends Span {
  readonly kind: "collate";
  readonly child: Expression;
  /** One part, or catalog and schema before it. */
  readonly collation: readonly Identifier[];
}
/** `e AS a`, `e AS (a, b)`. */
export interface Alias extends Span {
  readonly kind: "alias";
  readonly child: Expression;
  readonly names: readonly Identifier[];
}
/** `f(name => value)`. */
export interface NamedArgument extends Span {
  readonly kind: "namedArgument";
  readonly name: Identifier;
  readonly value: Expression;
}
/** `f(TABLE(t) PARTITION BY a ORDER BY b)`. */
export interface TableArgument extends Span {
  readonly kind: "tableArgument";
  readonly query: Query;
  readonly partitionBy?: readonly Expression[];
  readonly singlePartition?: true;
  readonly orderBy?: readonly SortItem[];
}

export interface SortItem extends Span {
  readonly expression: Expression;
  readonly direction?: "asc" | "desc";
  readonly nulls?: "first" | "last";
}
