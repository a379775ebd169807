import type { AggregateCall, Call, Expression, GeneratorCall } from "../expressions/expression.ts";
import type { DataType, StructField } from "../types/data-type.ts";
import type { BinaryStyle } from "../types/hive-text.ts";

/**
 * The one description of a Spark function: names, type rule, nullability, and what the kernel runs for it.
 * The registry (registry.ts) is the sum of the group files beside this one; docs and tests are made from it.
 * Source of every rule: https://spark.apache.org/docs/latest/api/sql/ and Spark's expression classes.
 */
export type FunctionEntry = ScalarFunction | AggregateFunction | WindowFunction | GeneratorFunction;

export type FunctionGroup =
  | "operator"
  | "predicate"
  | "conditional"
  | "math"
  | "bitwise"
  | "string"
  | "hash"
  | "conversion"
  | "datetime"
  | "array"
  | "map"
  | "struct"
  | "lambda"
  | "json"
  | "url"
  | "variant"
  | "xml"
  | "misc"
  | "aggregate"
  | "window"
  | "generator";

/** What the session decides about the meaning of an expression. */
export interface SessionSettings {
  /** IANA name or offset; `spark.sql.session.timeZone`. */
  readonly timeZone: string;
  /** `spark.sql.ansi.enabled`. */
  readonly ansi: boolean;
  readonly caseSensitive: boolean;
  /** TIMESTAMP means TIMESTAMP_NTZ: `spark.sql.timestampType`. */
  readonly timestampNtz?: true;
  /** `spark.sql.legacy.timeParserPolicy`; absent: CORRECTED. */
  readonly timeParser?: "LEGACY" | "EXCEPTION";
  /** Differences of timestamps and interval literals are calendar intervals: `spark.sql.legacy.interval.enabled`. */
  readonly calendarIntervals?: true;
  /** Of texts that a view's query makes: its DEFAULT COLLATION; absent: UTF8_BINARY. */
  readonly defaultCollation?: string;
  /** `spark.sql.ansi.enforceReservedKeywords` in ANSI mode; absent: false. */
  readonly reservedKeywords?: boolean;
  /** `spark.sql.legacy.percentileDiscCalculation`; absent: false. */
  readonly lowerPercentiles?: boolean;
  /** `spark.sql.mapKeyDedupPolicy` is LAST_WIN; absent: repeated keys are errors. */
  readonly lastMapKeyWins?: boolean;
  /** encode and decode take every character set: `spark.sql.legacy.javaCharsets`. */
  readonly javaCharsets?: true;
  /** encode and decode replace what a character set cannot say: `spark.sql.legacy.codingErrorAction`. */
  readonly replacesCharacters?: true;
  /** -1 is before the last element: `spark.sql.legacy.negativeIndexInArrayInsert`. */
  readonly insertsBeforeNegative?: true;
  /** lpad and rpad give texts of binaries: `spark.sql.legacy.lpadRpadAlwaysReturnString`. */
  readonly padsTexts?: true;
  /** concat gives a text of binaries: `spark.sql.function.concatBinaryAsString`. */
  readonly concatsTexts?: true;
  /** elt gives a text of binaries: `spark.sql.function.eltOutputAsString`. */
  readonly choosesTexts?: true;
  /** `count()` is 0: `spark.sql.legacy.allowParameterlessCount`. */
  readonly countsNothing?: true;
  /** `count(t.*)` counts by all columns: `spark.sql.legacy.allowStarWithSingleTableIdentifierInCount`. */
  readonly countsColumnsOfStars?: true;
  /** Positions in ORDER BY count the columns that its other keys carry up, too: `spark.sql.prioritizeOrdinalResolutionInSort.enabled` is false. */
  readonly positionsLast?: true;
  /** NULL IN () may be NULL: `spark.sql.legacy.nullInEmptyListBehavior`, without ANSI mode by default. */
  readonly nullInNothing?: true;
  /** IN of an uncorrelated query in ON may be NULL: `spark.sql.optimizer.optimizeUncorrelatedInSubqueriesInJoinCondition.enabled` is false. */
  readonly threeValuedIn?: true;
  /** Correlated scalar subqueries must aggregate: `spark.sql.optimizer.scalarSubqueryUseSingleJoin` is false. */
  readonly aggregatedScalars?: true;
  /** `spark.sql.binaryOutputStyle`. */
  readonly binaryStyle?: BinaryStyle;
  /** `spark.sql.groupByAliases`; absent: true. */
  readonly groupByAliases?: boolean;
  /** `spark.sql.lateralColumnAlias.enableImplicitResolution`; absent: true. */
  readonly lateralAliases?: boolean;
  /** `spark.sql.cteRecursionLevelLimit`, 100 where absent; -1 is none. */
  readonly cteRecursionLevelLimit?: number;
  /** `spark.sql.cteRecursionRowLimit`, a million where absent; -1 is none. */
  readonly cteRecursionRowLimit?: number;
}

/**
 * What an argument must be. A type or a collection of types takes what Spark's implicit casts bring to it
 * (analyzer/coercion.ts); `common` arguments of one call are all cast to their widest common type,
 * `sameAsFirst` ones to the type of the first argument.
 */
export type Parameter =
  | {
      readonly accepts:
        | "any"
        | "orderable"
        | "numeric"
        | "numericOrInterval"
        | "integral"
        | "fractional"
        | "array"
        | "map"
        | "struct"
        | "interval"
        | "common"
        | "sameAsFirst"
        | "lambda";
      readonly exact?: true;
    }
  /** The first type the argument can be implicitly cast to (Spark's TypeCollection); an exact match wins. `exact`: it is not cast. */
  | { readonly accepts: readonly DataType[]; readonly exact?: true };

export interface Signature {
  readonly parameters: readonly Parameter[];
  /** Arguments are not cast, but for NULL (Spark's ExpectsInputTypes). */
  readonly exact?: true;
  /** How many of the last parameters may be left out. */
  readonly optional?: number;
  /** The last parameter may stand any number of times, at least this often. */
  readonly variadicMin?: number;
}

/** What a function hands to its lambda. */
export interface LambdaParameter {
  readonly type: DataType;
  readonly nullable: boolean;
}

interface Described {
  /** Spark's name first (its `prettyName`), then its aliases, all lower case. */
  readonly names: readonly [string, ...string[]];
  readonly group: FunctionGroup;
  /** One sentence, as Spark documents it. */
  readonly doc: string;
  /** Stands where the analyzer, a rule or a method of Column puts it: no name that SQL text has for a function. */
  readonly internal?: true;
  readonly signature: Signature;
  /**
   * For functions with lambdas: the parameter types of each lambda, in the order of the lambda arguments,
   * from the types of all other arguments, in their order.
   */
  readonly lambdaParameters?: (types: readonly DataType[], session: SessionSettings) => readonly (readonly LambdaParameter[])[];
  /** Further checks and rewrites of coerced arguments, after the signature's. Throws AnalysisError. */
  readonly check?: (args: readonly Expression[], session: SessionSettings) => readonly Expression[];
}

/** Types of the coerced arguments (a lambda's is its body's), and the arguments where their values decide. */
export type ReturnType = DataType | ((types: readonly DataType[], args: readonly Expression[], session: SessionSettings) => DataType);
/** Absent: NULL if any argument is. */
export type Nullability = boolean | ((args: readonly Expression[], session: SessionSettings) => boolean);

export interface ScalarFunction extends Described {
  readonly kind: "scalar";
  /** Another way to write CAST to this type, which the analyzer puts in its place. */
  readonly castsTo?: DataType;
  readonly returns: ReturnType;
  readonly nullable?: Nullability;
  /** False for rand, uuid, monotonically_increasing_id, ... */
  readonly deterministic?: false;
  /**
   * Whether a call's SQL numbers the rows it stands over (row_number() OVER ()): it can then only stand in a projection, and
   * planner/positional.ts computes it below any other operator.
   */
  readonly positional?: (args: readonly Expression[]) => boolean;
  /** What the kernel runs; `CallImplementation` decides call by call. */
  readonly implementation: SqlImplementation<Call> | JavaScriptImplementation | CallImplementation;
}

/** SQL where DuckDB can say it for these arguments and types, else TypeScript (which may depend on the call's types, not on its literals). */
export type CallImplementation = (args: readonly string[], call: Call, session: SessionSettings) => string | JavaScriptImplementation;

/** `args` are SQL texts, each one primary expression (in parentheses where needed); a lambda is `lambda x: body`. Gives one SQL expression of the call's type. */
export type SqlImplementation<C> = (args: readonly string[], call: C, session: SessionSettings) => string;

/** For what DuckDB cannot say. Registered once a connection as a vectorised function; null arguments give null without a call unless `nulls`. */
export interface JavaScriptImplementation {
  /** Arguments and result as types/values.ts says. Throws ExecutionError for a bad row. */
  readonly evaluate: (args: readonly unknown[], session: SessionSettings) => unknown;
  readonly nulls?: true;
  /** No value of its first argument makes it fail: beside constants it may be called once for each value of a dictionary. */
  readonly totalInFirst?: true;
}

/** Writes `name(args)` with the call's DISTINCT, FILTER, IGNORE NULLS and OVER; a formula uses it for each DuckDB aggregate in it. */
export interface Apply {
  (duckdbAggregate: string, ...args: readonly string[]): string;
  /** Writes a call of a function in TypeScript: of each row's value below an aggregate, or of what one has collected. */
  readonly native: (native: NativeStep, ...args: readonly string[]) => string;
}

/** A step of an aggregate that DuckDB cannot say. `name` is one function's alone; what decides its meaning beside the types is an argument. */
export interface NativeStep {
  readonly name: string;
  readonly types: readonly DataType[];
  readonly returns: DataType;
  /** As of JavaScriptImplementation: NULL arguments give NULL without a call unless `nulls`. */
  readonly evaluate: (args: readonly unknown[]) => unknown;
  readonly nulls?: true;
  /** Never fails, whatever its arguments. */
  readonly total?: true;
}
export type AggregateSql = (apply: Apply, args: readonly string[], call: AggregateCall, session: SessionSettings) => string;

export interface AggregateFunction extends Described {
  readonly kind: "aggregate";
  /** Absent: takes no WITHIN GROUP. */
  readonly withinGroup?: WithinGroup;
  readonly ignoresNulls?: IgnoresNulls;
  readonly returns: ReturnType;
  readonly nullable?: Nullability;
  /** The whole aggregate over raw rows; also used in windows. */
  readonly complete: AggregateSql;
  /** How it splits over tasks. Absent: raw rows are exchanged by the grouping keys and `complete` runs once. */
  readonly partial?: {
    /** One column each, named by position. Types that Parquet keeps exactly (no HUGEINT). */
    readonly states: (call: AggregateCall) => readonly { readonly type: DataType; readonly sql: AggregateSql }[];
    /** The final value; `args` are the state columns. */
    readonly merge: AggregateSql;
  };
}

/**
 * How an aggregate takes `WITHIN GROUP (ORDER BY ...)`: `first` has one key, which becomes the first argument; `last` has any number, which
 * follow the arguments, filled up with `defaults`.
 */
export interface WithinGroup {
  readonly keys: "first" | "last";
  /** With `first`: no call without it, but those of this many written arguments. */
  readonly unlessArguments?: number;
  readonly defaults?: readonly Expression[];
  readonly distinct: boolean;
}

/** Whether coerced arguments ask for IGNORE NULLS, as the second one of `first(x, true)` does. */
export type IgnoresNulls = (args: readonly Expression[]) => boolean;

export interface WindowFunction extends Described {
  readonly kind: "window";
  readonly ignoresNulls?: IgnoresNulls;
  readonly returns: ReturnType;
  readonly nullable?: Nullability;
  /** `apply` adds the OVER clause. */
  readonly sql: (apply: Apply, args: readonly string[], call: Call, session: SessionSettings) => string;
  /** Ranking functions take no frame and need an ORDER BY. */
  readonly frame: "fixed" | "given";
  readonly requiresOrder: boolean;
}

export interface GeneratorFunction extends Described {
  readonly kind: "generator";
  readonly fields: (types: readonly DataType[], args: readonly Expression[]) => readonly StructField[];
  /** A DuckDB list of structs, one a row, whose fields are `c0`, `c1`, ... in the order of `fields`; NULL or empty for no row. */
  readonly rows: SqlImplementation<GeneratorCall>;
}

export const any: Parameter = { accepts: "any" };
export const orderable: Parameter = { accepts: "orderable" };
export const numeric: Parameter = { accepts: "numeric" };
export const numericOrInterval: Parameter = { accepts: "numericOrInterval" };
export const integral: Parameter = { accepts: "integral" };
export const anyArray: Parameter = { accepts: "array" };
export const anyMap: Parameter = { accepts: "map" };
export const anyStruct: Parameter = { accepts: "struct" };
export const common: Parameter = { accepts: "common" };
export const sameAsFirst: Parameter = { accepts: "sameAsFirst" };
export const lambdaArgument: Parameter = { accepts: "lambda" };
/** An argument of one of these types, the first one an implicit cast reaches. */
export const of = (...types: readonly DataType[]): Parameter => ({ accepts: types });

/** Exactly these parameters. */
export const takes = (...parameters: readonly Parameter[]): Signature => ({ parameters });
/** These parameters, of which the last `optional` may be left out. */
export const takesUpTo = (optional: number, ...parameters: readonly Parameter[]): Signature => ({ parameters, optional });
/** These parameters, the last one at least `min` times. */
export const takesMany = (min: number, ...parameters: readonly Parameter[]): Signature => ({ parameters, variadicMin: min });

/** The same signature for arguments that are not cast. */
export const exactly = (signature: Signature): Signature => ({ ...signature, exact: true });

/** What errors of the expression that is being written carry. SQL is written in one go, so it is one for all. */
let raiseNumber: number | undefined;

/** Writes SQL whose errors carry a number (kernel/failure-place.ts). */
export function withRaiseNumber<T>(number: number, write: () => T): T {
  const before = raiseNumber;
  raiseNumber = number;
  try {
    return write();
  } finally {
    raiseNumber = before;
  }
}

/** A SQL expression that raises a Spark condition when a row reaches it; kernel/errors.ts reads it back. Parameter values are SQL texts. */
export function raise(condition: string, parameters: Readonly<Record<string, string>> = {}): string {
  const fields = Object.entries(parameters).map(([name, sql]) => `'${name}', CAST(${sql} AS VARCHAR)`);
  const number = raiseNumber === undefined ? "" : `'at', ${raiseNumber}, `;
  return `error('FIRECREST:' || CAST(json_object(${number}'condition', '${condition}'${fields.length > 0 ? `, ${fields.join(", ")}` : ""}) AS VARCHAR))`;
}

/** What the SQL names of functions in TypeScript begin with (kernel/native-function.ts). */
export const NATIVE_PREFIX = "js_";

/** Whether an expression can reach a `raise`, or a function in TypeScript that may be volatile; a name that only looks so counts, too. */
export const mayRaise = (sql: string): boolean => sql.includes("error('FIRECREST:") || sql.includes(NATIVE_PREFIX);

/** A SQL string literal. The only way text becomes part of a statement, with `quoteName`. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A SQL identifier. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
