import type { Alias, Expression, SortItem, Star } from "./expression.ts";
import type { Identifier, Name, PlainName, Span } from "./span.ts";

/** `WITH ... body ORDER BY ... LIMIT ...`: a statement that gives rows. */
export interface Query extends Span {
  readonly with?: With;
  readonly body: QueryBody;
  readonly orderBy?: readonly SortItem[] | "all";
  /** Of `ORDER BY ALL DESC NULLS LAST`. */
  readonly orderAll?: Pick<SortItem, "direction" | "nulls">;
  readonly sortBy?: readonly SortItem[];
  readonly clusterBy?: readonly Expression[];
  readonly distributeBy?: readonly Expression[];
  readonly windows?: readonly NamedWindow[];
  readonly limit?: Expression | "all";
  readonly offset?: Expression;
  /** `|>` operators behind the body, in their order. With them there are none of the clauses above: these stand in a query around or inside this one. */
  readonly pipes?: readonly PipeOperator[];
}
export interface With extends Span {
  readonly recursive: boolean;
  readonly definitions: readonly CteDefinition[];
}
export interface CteDefinition extends Span {
  readonly name: Identifier;
  readonly columns?: readonly Identifier[];
  /** `MAX RECURSION LEVEL n`. */
  readonly maxRecursion?: Expression;
  readonly query: Query;
}

export type QueryBody = Select | SetOperation | Values | TableQuery | NestedQuery;

export interface Select extends Span {
  readonly kind: "select";
  readonly hints: readonly Hint[];
  readonly quantifier?: "all" | "distinct";
  /** Empty where the text begins with FROM and has no SELECT (`FROM t |> ...`, `FROM t`): all columns. */
  readonly items: readonly SelectItem[];
  /**
   * Joins as written: `FROM a, b JOIN c` is [a, b join c]. Unless `spark.sql.ansi.relationPrecedence` holds, the extensions of a
   * relation behind a comma (joins, PIVOT, UNPIVOT) apply to all that stands before them: (a, b) join c.
   */
  readonly from?: readonly Relation[];
  readonly lateralViews: readonly LateralView[];
  readonly where?: Expression;
  readonly groupBy?: GroupBy;
  /** Where GROUP BY stands. */
  readonly grouped?: Span;
  readonly having?: Expression;
  readonly qualify?: Expression;
  /** `SELECT TRANSFORM (...) USING ...`: kept so that it can be refused by name. */
  readonly transform?: true;
}
export type SelectItem = Expression | Star | Alias;
export interface Hint extends Span {
  readonly name: Identifier;
  readonly parameters: readonly Expression[];
}
export interface LateralView extends Span {
  readonly outer: boolean;
  readonly function: Name;
  readonly args: readonly Expression[];
  readonly table: Identifier;
  readonly columns: readonly Identifier[];
}
export type GroupBy =
  | { readonly kind: "all" }
  | { readonly kind: "items"; readonly items: readonly GroupingItem[] }
  /** `GROUP BY a, b WITH ROLLUP`, and `GROUP BY a, b GROUPING SETS (...)`. */
  | {
      readonly kind: "with";
      readonly expressions: readonly Expression[];
      readonly sets: "rollup" | "cube" | readonly (readonly Expression[])[];
    };
export type GroupingItem =
  | Expression
  | (Span & { readonly kind: "rollup" | "cube"; readonly sets: readonly (readonly Expression[])[] })
  | (Span & { readonly kind: "groupingSets"; readonly sets: readonly GroupingSet[] });
/** An element of GROUPING SETS may be a set, or ROLLUP, CUBE or GROUPING SETS again. */
export type GroupingSet = readonly Expression[] | Exclude<GroupingItem, Expression>;

export interface SetOperation extends Span {
  readonly kind: "setOperation";
  /** MINUS is except. */
  readonly operator: "union" | "intersect" | "except";
  readonly quantifier?: "all" | "distinct";
  readonly byName?: boolean;
  /** A side with a WITH, an ORDER BY or a LIMIT of its own stands in parentheses: a NestedQuery. */
  readonly left: QueryBody;
  readonly right: QueryBody;
}
export interface Values extends Span {
  readonly kind: "values";
  /** A row in parentheses is a RowConstructor. */
  readonly rows: readonly Expression[];
  readonly alias?: TableAlias;
}
/** `TABLE t`. */
export interface TableQuery extends Span {
  readonly kind: "table";
  readonly name: Name;
}
export interface NestedQuery extends Span {
  readonly kind: "nested";
  readonly query: Query;
}

export interface TableAlias extends Span {
  readonly name?: Identifier;
  readonly columns?: readonly Identifier[];
}
export type Relation = TableReference | QueryRelation | Values | TableFunction | Join | Pivot | Unpivot | NestedRelation;
interface Aliased extends Span {
  readonly alias?: TableAlias;
  readonly sample?: Sample;
}
export interface TableReference extends Aliased {
  readonly kind: "tableReference";
  readonly name: Name;
  /** `VERSION AS OF`, `TIMESTAMP AS OF`. */
  readonly asOf?: { readonly kind: "version" | "timestamp"; readonly value: Expression };
  /** `WITH ('key' = 'value')`. */
  readonly options?: readonly Property[];
  /** `STREAM t`. */
  readonly stream?: true;
}
export interface QueryRelation extends Aliased {
  readonly kind: "queryRelation";
  readonly query: Query;
  readonly lateral: boolean;
}
export interface TableFunction extends Aliased {
  readonly kind: "tableFunction";
  readonly name: Name;
  /** NamedArguments and TableArguments among them. */
  readonly args: readonly Expression[];
  readonly lateral: boolean;
}
/** `(t JOIN u)` in parentheses, with an alias for all of it. */
export interface NestedRelation extends Aliased {
  readonly kind: "nestedRelation";
  readonly relation: Relation;
}
export interface Join extends Span {
  readonly kind: "join";
  readonly type: "inner" | "cross" | "left" | "right" | "full" | "leftSemi" | "leftAnti";
  readonly natural: boolean;
  readonly lateral: boolean;
  readonly left: Relation;
  readonly right: Relation;
  readonly on?: Expression;
  readonly using?: readonly Identifier[];
}
export interface Sample extends Span {
  readonly method:
    | { readonly kind: "percent"; readonly percentage: Expression }
    | { readonly kind: "rows"; readonly count: Expression }
    | { readonly kind: "bucket"; readonly bucket: bigint; readonly of: bigint; readonly on?: Expression }
    | { readonly kind: "bytes"; readonly text: string };
  readonly seed?: bigint;
}
export interface Pivot extends Span {
  readonly kind: "pivot";
  readonly child: Relation;
  readonly aggregates: readonly Expression[];
  readonly columns: readonly Identifier[];
  /** Each is an Alias where it has a name. */
  readonly values: readonly Expression[];
  readonly alias?: TableAlias;
}
export interface Unpivot extends Span {
  readonly kind: "unpivot";
  readonly child: Relation;
  readonly nulls: "include" | "exclude";
  readonly values: readonly Identifier[];
  readonly name: Identifier;
  /** One column each (UNPIVOT (v FOR n IN (a, b AS 'x'))), or several. */
  readonly columns: readonly { readonly columns: readonly PlainName[]; readonly alias?: Identifier }[];
  readonly alias?: TableAlias;
}
export interface Property extends Span {
  /** Dotted or quoted key. */
  readonly key: string;
  readonly value?: Expression;
}

/** An unnamed window, or one that begins from a named one: `(w ORDER BY a)`. */
export interface WindowSpec extends Span {
  readonly kind: "window";
  readonly base?: Identifier;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: WindowFrame;
}
export interface WindowFrame extends Span {
  readonly unit: "rows" | "range";
  readonly lower: FrameBound;
  readonly upper: FrameBound;
}
export interface FrameBound extends Span {
  readonly kind: "unboundedPreceding" | "unboundedFollowing" | "currentRow" | "preceding" | "following";
  readonly offset?: Expression;
}
export interface NamedWindow extends Span {
  readonly name: Identifier;
  readonly window: WindowSpec | Identifier;
}

/** What stands behind `|>`. */
export type PipeOperator = Span &
  (
    | { readonly kind: "select"; readonly select: Select; readonly windows?: readonly NamedWindow[] }
    | { readonly kind: "extend"; readonly items: readonly Expression[] }
    | { readonly kind: "set"; readonly assignments: readonly { readonly name: Name; readonly value: Expression }[] }
    | { readonly kind: "drop"; readonly columns: readonly Identifier[] }
    | { readonly kind: "as"; readonly alias: Identifier }
    | { readonly kind: "where"; readonly condition: Expression; readonly windows?: readonly NamedWindow[] }
    | { readonly kind: "aggregate"; readonly aggregates: readonly Expression[]; readonly groupBy?: GroupBy }
    | { readonly kind: "join"; readonly join: Omit<Join, "left"> }
    | { readonly kind: "pivot"; readonly pivot: Omit<Pivot, "child"> }
    | { readonly kind: "unpivot"; readonly unpivot: Omit<Unpivot, "child"> }
    | { readonly kind: "sample"; readonly sample: Sample }
    | {
        readonly kind: "setOperation";
        readonly operator: "union" | "intersect" | "except";
        readonly quantifier?: "all" | "distinct";
        readonly byName?: boolean;
        readonly right: QueryBody;
      }
    /** ORDER BY, SORT BY, LIMIT, ...: the clauses of a Query without its body. */
    | { readonly kind: "organize"; readonly clauses: Omit<Query, "with" | "body" | "pipes"> }
    | { readonly kind: "lateralView"; readonly view: LateralView }
  );
