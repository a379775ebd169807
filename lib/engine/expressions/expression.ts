import type { Origin } from "../errors/query-context.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import type { DataType, StructField } from "../types/data-type.ts";
import type { Value } from "../types/values.ts";

/**
 * Expressions as front ends write them (the unresolved kinds) and as the analyzer leaves them (the resolved kinds).
 * All are plain frozen data, so that a plan travels as JSON (plan-json.ts) and rules are functions from tree to tree.
 */
export type Expression = UnresolvedExpression | ResolvedExpression;

export type UnresolvedExpression =
  | UnresolvedAttribute
  | UnresolvedStar
  | UnresolvedRegex
  | UnresolvedFunction
  | UnresolvedExtract
  | UnresolvedAlias
  | UnresolvedOrdinal
  | NamedArgument;

export type ResolvedExpression =
  | Literal
  | Attribute
  | Alias
  | Cast
  | Call
  | AggregateCall
  | WindowCall
  | GeneratorCall
  | Lambda
  | LambdaVariable
  | UserFunctionCall
  | Replaced
  | ScalarSubquery
  | ExistsSubquery
  | InSubquery
  | OuterReference
  | SortOrder;

/** A column by name, `a.b.c` as parts. `planId` is the plan that `df.col("a")` was asked of. */
export interface UnresolvedAttribute {
  readonly kind: "unresolvedAttribute";
  readonly nameParts: readonly string[];
  readonly planId?: number;
  /** Surely a column of a query around this one: `col.outer()`. */
  readonly outer?: true;
  /** What the name means where there is no such column: a session's variable, a function without arguments. */
  readonly variable?: Expression;
  /** From IDENTIFIER( ): it is called what it turns out to be, and not what is written. */
  readonly computed?: true;
  readonly origin?: Origin;
}
/** `*` or `target.*`. */
export interface UnresolvedStar {
  readonly kind: "unresolvedStar";
  readonly target?: readonly string[];
  /** `EXCEPT (a, b.c)`: columns, or fields inside them, that are left out. */
  readonly except?: readonly (readonly string[])[];
  /** What stands in the places of columns that are left out. */
  readonly replace?: readonly { readonly name: string; readonly expression: Expression }[];
  readonly planId?: number;
  readonly origin?: Origin;
}
/** `df.colRegex`. */
export interface UnresolvedRegex {
  readonly kind: "unresolvedRegex";
  readonly pattern: string;
  readonly target?: readonly string[];
  readonly planId?: number;
  readonly origin?: Origin;
}
/** Any function, operator or aggregate by name; operators have Spark's names (`+`, `and`, `<=>`, ...). */
export interface UnresolvedFunction {
  readonly kind: "unresolvedFunction";
  readonly name: string;
  readonly args: readonly Expression[];
  readonly distinct?: boolean;
  readonly filter?: Expression;
  readonly ignoreNulls?: boolean;
  /** `WITHIN GROUP (ORDER BY ...)`. */
  readonly withinGroup?: readonly SortOrder[];
  readonly origin?: Origin;
}
/** `child[key]` or `child.key`: an array's element, a map's value or a struct's field, known once the child's type is. */
export interface UnresolvedExtract {
  readonly kind: "unresolvedExtract";
  readonly child: Expression;
  readonly key: Expression;
  readonly origin?: Origin;
}
/** `child AS (a, b)`: names for a generator's columns, or one name. */
export interface UnresolvedAlias {
  readonly kind: "unresolvedAlias";
  readonly child: Expression;
  readonly names: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}
/** A position in GROUP BY or ORDER BY, from 1. */
export interface UnresolvedOrdinal {
  readonly kind: "unresolvedOrdinal";
  readonly position: number;
  readonly origin?: Origin;
}
/** `f(name => value)`. */
export interface NamedArgument {
  readonly kind: "namedArgument";
  readonly name: string;
  readonly value: Expression;
}

export interface Literal {
  readonly kind: "literal";
  readonly value: Value;
  readonly type: DataType;
}
/** A column that a child plan puts out. `id` is unique in a plan; the kernel names the column by it. */
export interface Attribute {
  readonly kind: "attribute";
  readonly id: number;
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  /** The table or alias it can be qualified by, outermost name first. */
  readonly qualifier?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}
/** Names `child`; the new column has identity `id`. */
export interface Alias {
  readonly kind: "alias";
  readonly child: Expression;
  readonly id: number;
  readonly name: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}
/** What a resolved expression means hangs on settings: the job's, or its own where it comes from a view that was made under other ones. */
interface Settled {
  readonly session?: SessionSettings;
}
/** `ansi` raises on bad input, `try` gives NULL, `legacy` is Spark's non-ANSI cast. Front ends and coercion both make it. */
export type CastMode = "ansi" | "try" | "legacy";
export interface Cast extends Settled {
  readonly kind: "cast";
  readonly child: Expression;
  readonly type: DataType;
  /** Absent until the analyzer fills it in from the session. */
  readonly mode?: CastMode;
  /** True where the user wrote it: only these show in generated column names. */
  readonly explicit?: boolean;
  readonly origin?: Origin;
}
/** A resolved scalar function or operator; `name` is the canonical name of its registry entry. */
export interface Call extends Settled {
  readonly kind: "call";
  readonly name: string;
  /** The alias it was called by, which only column names show. */
  readonly calledAs?: string;
  readonly args: readonly Expression[];
  readonly type: DataType;
  readonly nullable: boolean;
  /** As its entry says: rand, uuid, ... */
  readonly deterministic?: false;
  /** Window functions only. */
  readonly ignoreNulls?: boolean;
  readonly origin?: Origin;
}
export interface AggregateCall extends Settled {
  readonly kind: "aggregate";
  readonly name: string;
  /** The alias it was called by, which only column names show. */
  readonly calledAs?: string;
  readonly args: readonly Expression[];
  readonly distinct: boolean;
  readonly filter?: Expression;
  readonly ignoreNulls?: boolean;
  /** `WITHIN GROUP`: how the keys sort, which are arguments where the function's entry says (`AggregateFunction.withinGroup`). */
  readonly withinGroup?: readonly GroupOrder[];
  readonly type: DataType;
  readonly nullable: boolean;
  /** A grouped aggregate of the user's in Python; then `name` is what it is called. */
  readonly python?: UserFunction;
  readonly origin?: Origin;
}
export interface GroupOrder {
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}
/** `function OVER (PARTITION BY ... ORDER BY ... frame)`. The function is an unresolvedFunction first, then a call or an aggregate. */
export interface WindowCall {
  readonly kind: "window";
  readonly function: Expression;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortOrder[];
  /** Absent: Spark's default, which depends on the function and on `orderBy`. */
  readonly frame?: WindowFrame;
  readonly origin?: Origin;
}
export interface WindowFrame {
  readonly unit: "rows" | "range";
  readonly lower: FrameBound;
  readonly upper: FrameBound;
  /** Of the window that it is the frame of. */
  readonly origin?: Origin;
}
/** `offset` is a foldable expression, positive for FOLLOWING, negative for PRECEDING. */
export type FrameBound =
  | { readonly kind: "unboundedPreceding" }
  | { readonly kind: "unboundedFollowing" }
  | { readonly kind: "currentRow" }
  | { readonly kind: "offset"; readonly offset: Expression };
/** A function that makes rows (explode, posexplode, inline, stack, ...). Stands only at the top of a projection or in Generate. */
export interface GeneratorCall extends Settled {
  readonly kind: "generator";
  readonly name: string;
  readonly args: readonly Expression[];
  /** The columns it puts out, before any alias. */
  readonly fields: readonly StructField[];
  readonly outer: boolean;
  readonly origin?: Origin;
}
export interface Lambda {
  readonly kind: "lambda";
  readonly parameters: readonly LambdaVariable[];
  readonly body: Expression;
}
/** Bound by the enclosing Lambda with the same `id`; its type is `void` until the analyzer knows it. */
export interface LambdaVariable {
  readonly kind: "lambdaVariable";
  readonly id: number;
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
}
/** A function of the user's. Its source travels in the plan and runs only in a task. */
export interface UserFunction {
  readonly name: string;
  /** The text of a JavaScript function expression. */
  readonly source: string;
  /** Values the source may use as free variables, as JSON. */
  readonly using: Readonly<Record<string, unknown>>;
  /**
   * `scalar`: values of one row; `vectorised`: one typed array (or array) a column, gives one of the same length;
   * `batches` (mapPartitions only): an async iterable of Arrow record batches, gives an iterable of them, async or not.
   */
  readonly evaluation: "scalar" | "vectorised" | "batches" | "python";
  readonly deterministic: boolean;
  /** Of `python`: what its worker gets. `source` is empty, and nothing but that worker reads the command. */
  readonly python?: PythonFunction;
}
/** A function as PySpark pickles it. */
export interface PythonFunction {
  /** The pickled pair of a function and its return type, in base64. */
  readonly command: string;
  /** One of PySpark's PythonEvalType. */
  readonly evalType: number;
  /** `3.11`: the version of Python that pickled it. */
  readonly version: string;
  /** Where files of the session are, and modules in it by their names. */
  readonly filesDir: string;
  readonly includes: readonly string[];
  /** What PySpark's worker knows of the session's settings. */
  readonly conf: Readonly<Record<string, string>>;
  /** By argument, where some were given by name. */
  readonly argumentNames?: readonly (string | null)[];
}
export interface UserFunctionCall {
  readonly kind: "userFunction";
  readonly function: UserFunction;
  readonly args: readonly Expression[];
  readonly type: DataType;
  readonly nullable: boolean;
  readonly origin?: Origin;
}
/**
 * Means `child` and is called what was written: `name(args)`, or `variablereference(name=value)`. Column names show it;
 * the analyzer leaves the child alone.
 */
export interface Replaced {
  readonly kind: "replaced";
  readonly form: "call" | "variable";
  readonly name: string;
  /** For the name alone: what the child has of them stands in the child. */
  readonly args: readonly Expression[];
  /** The settings that the child means, where these are not those around it. */
  readonly session?: SessionSettings;
  /** Of an SQL function: the child is its body, which sees its parameters and no columns around the call. */
  readonly function?: CalledFunction;
  readonly child: Expression;
  readonly origin?: Origin;
}
export interface CalledFunction {
  readonly nameParts: readonly string[];
  /** (unresolved, and only there) In the terms of the place of the call; `given` is the place that an argument was written at, absent for a default. */
  readonly inputs?: readonly { readonly name: string; readonly type: DataType; readonly given?: number; readonly value: Expression }[];
  /** (resolved) Arguments that are to be computed once for a row, in a projection below. */
  readonly below: readonly Alias[];
}
/** What all expressions with a query inside have. Gone after optimization, which makes joins of them. */
interface Subquery {
  readonly plan: LogicalPlan;
  /** What the query reads of the plan around it, in that plan's terms, once for each reference; absent before analysis. */
  readonly outer?: readonly Expression[];
  /** What `plan` knows each of them as: the attributes of its outer references. */
  readonly parameters?: readonly Attribute[];
  readonly origin?: Origin;
}
/** `(SELECT ...)` as a value: of one column and at most one row, NULL of none. */
export interface ScalarSubquery extends Subquery {
  readonly kind: "scalarSubquery";
}
/** `EXISTS (SELECT ...)`. */
export interface ExistsSubquery extends Subquery {
  readonly kind: "exists";
}
/** `(a, b) IN (SELECT ...)`; NOT IN is `not` of it. */
export interface InSubquery extends Subquery {
  readonly kind: "inSubquery";
  readonly values: readonly Expression[];
}
/** Inside a subquery, or on the right of a lateral join: what is given for that parameter, a column of the plan around it. */
export interface OuterReference {
  readonly kind: "outerReference";
  readonly attribute: Attribute;
}
export interface SortOrder {
  readonly kind: "sortOrder";
  readonly child: Expression;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}
