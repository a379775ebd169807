import { fn, freshId } from "../engine/expressions/build.ts";
import type { Expression, SortOrder } from "../engine/expressions/expression.ts";
import type { JoinType, LogicalPlan, Repartition, SetOperation } from "../engine/logical/plan.ts";
import type { StructType } from "../engine/types/data-type.ts";
import { Column, type ColumnOrName, col, columnExpression } from "./column.ts";
import { deferred } from "./deferred.ts";
import { GroupedData } from "./grouped-data.ts";
import { joinTypeOf, lateralTypeOf } from "./join-how.ts";
import { JsonLines } from "./json-lines.ts";
import { type LiteralInput, literalOf } from "./literal.ts";
import { matchedTo } from "./match-schema.ts";
import { type DropRule, NaFunctions, type Replaced, type Replacements, type Subset } from "./na-functions.ts";
import { Observation } from "./observation.ts";
import { originField } from "./origin.ts";
import { refuse } from "./refused.ts";
import { Relation } from "./relation.ts";
import type {
  ItemOf,
  Items,
  Joined,
  JoinHow,
  Known,
  LateralHow,
  Merged,
  NameOf,
  Renamed,
  Row,
  Selected,
  Unioned,
  With,
  Without,
} from "./row.ts";
import { type Fractions, randomSplits, sampled, stratified } from "./sampling.ts";
import { asStructType } from "./schema.ts";
import { semanticText } from "./semantics.ts";
import type { SparkSession } from "./session.ts";
import { sortKey, sortPosition } from "./sort-keys.ts";
import { sqlText } from "./sql-text.ts";
import { StatFunctions } from "./stat-functions.ts";
import { summaryPlan } from "./summary.ts";
import { transposed } from "./transpose.ts";
import { type UdfOptions, userFunctionOf } from "./udf.ts";

/** The values of columns by name. */
type ValuesOf<C> = { readonly [K in keyof C]: C[K] extends Column<infer V, string> ? Known<V> : never };
type SortItem<T> = NameOf<T> | Column<unknown, string> | number;
type SortItems<T> = readonly (SortItem<T> | readonly SortItem<T>[])[];
type ColumnItems = readonly (ColumnOrName | readonly ColumnOrName[])[];
type Names<T> = readonly NameOf<T>[];
/** A node as a transformation writes it, before it gets its plan id and origin. */
type NewNode = LogicalPlan;

/**
 * Rows with named columns, as `pyspark.sql.DataFrame`: transformations are lazy and give a new DataFrame, actions
 * (collect, count, show, ...) are promises. T is the type of a row where TypeScript knows it; see row.ts.
 */
export class DataFrame<T = Row> extends Relation<T> {
  readonly #planId: number;

  /** @internal */
  constructor(session: SparkSession, plan: LogicalPlan, planId = plan.planId ?? freshId()) {
    super(session, plan);
    this.#planId = planId;
  }
  /** @internal The DataFrame of a plan made from this one's. */
  derive<U>(node: NewNode): DataFrame<U> {
    return new DataFrame<U>(this.sparkSession, { ...node, planId: freshId(), ...originField() });
  }
  /** @internal The same for a plan that must first look at the schema or at rows. */
  deriveLater<U>(build: () => Promise<NewNode>): DataFrame<U> {
    const planId = freshId();
    const origin = originField();
    return new DataFrame<U>(
      this.sparkSession,
      deferred(async () => ({ ...(await build()), planId, ...origin })),
      planId,
    );
  }

  // Columns.

  /** A column of this DataFrame and no other: what a join's condition compares. */
  col<N extends NameOf<T>>(name: N): Column<string extends keyof T ? unknown : T[N], N> {
    return new Column(col(name, this.#planId).expression);
  }
  /** The columns whose names match a regular expression in backticks: "`a.*`"; without backticks, the column of that name. */
  colRegex(name: string): Column {
    const pattern = /^`([^`]+)`$/.exec(name)?.[1];
    if (pattern === undefined) return new Column(col(name, this.#planId).expression);
    return new Column({ kind: "unresolvedRegex", pattern, planId: this.#planId, ...originField() });
  }
  /** The same rows under a type that the caller vouches for. */
  as<U>(): DataFrame<U> {
    return this as unknown as DataFrame<U>;
  }
  /** Names the DataFrame, for `col("name.column")`. */
  alias(name: string): DataFrame<T> {
    return this.derive({ kind: "subqueryAlias", alias: name, child: this.plan });
  }
  select<const C extends Items<NameOf<T> | "*">>(...columns: C): DataFrame<Selected<T, ItemOf<C>>> {
    return this.derive({ kind: "project", expressions: flatExpressions(columns), child: this.plan });
  }
  /** `select` of SQL expressions: `df.selectExpr("id", "amount * 2 AS twice")`. */
  selectExpr(...expressions: readonly (string | readonly string[])[]): DataFrame<Row> {
    return this.derive({ kind: "project", expressions: expressions.flat().map(sqlText), child: this.plan });
  }
  /** Adds a column, or replaces the one of that name. */
  withColumn<N extends string, V>(name: N, column: Column<V, string>): DataFrame<With<T, N, V>> {
    return this.#withColumns([{ name, expression: column.expression }]);
  }
  /** The same for several columns at once, none of which sees another. */
  withColumns<const C extends Readonly<Record<string, Column<unknown, string>>>>(columns: C): DataFrame<Merged<T, ValuesOf<C>>> {
    return this.#withColumns(Object.entries(columns).map(([name, column]) => ({ name, expression: column.expression })));
  }
  withColumnRenamed<From extends NameOf<T>, To extends string>(existing: From, name: To): DataFrame<Renamed<T, From, To>> {
    return this.derive({ kind: "rename", names: [[existing, name]], child: this.plan });
  }
  /** New names by old ones; names that are no column are ignored. */
  withColumnsRenamed(names: Readonly<Record<string, string>>): DataFrame<Row> {
    return this.derive({ kind: "rename", names: Object.entries(names), child: this.plan });
  }
  withMetadata(name: NameOf<T>, metadata: Readonly<Record<string, unknown>>): DataFrame<T> {
    return this.#withColumns([{ name, expression: columnExpression(name), metadata }]);
  }
  /** Leaves columns out; names that are no column are ignored. */
  drop<N extends NameOf<T>>(...columns: readonly N[]): DataFrame<Without<T, N>>;
  drop(...columns: readonly ColumnOrName[]): DataFrame<Row>;
  drop(...columns: readonly ColumnOrName[]): unknown {
    const names = columns.filter((column) => typeof column === "string");
    const expressions = columns.filter((column) => column instanceof Column).map((column) => column.expression);
    return this.derive({ kind: "drop", columns: expressions, ...(names.length > 0 ? { names } : {}), child: this.plan });
  }
  /** New names for all columns, in order. */
  toDF(...names: readonly string[]): DataFrame<Row> {
    return this.derive({ kind: "toNames", names, child: this.plan });
  }

  // Rows.

  /** The rows for which a column, or a SQL expression, is true. */
  filter(condition: Column<unknown, string> | string): DataFrame<T> {
    const expression = condition instanceof Column ? condition.expression : sqlText(condition);
    return this.derive({ kind: "filter", condition: expression, child: this.plan });
  }
  /** `filter`. */
  where(condition: Column<unknown, string> | string): DataFrame<T> {
    return this.filter(condition);
  }
  limit(count: number): DataFrame<T> {
    return this.derive({ kind: "limit", count, child: this.plan });
  }
  /** Leaves the first rows out. */
  offset(count: number): DataFrame<T> {
    return this.derive({ kind: "offset", count, child: this.plan });
  }
  distinct(): DataFrame<T> {
    return this.derive({ kind: "deduplicate", child: this.plan });
  }
  /** One row of each group of rows that are equal in these columns, in all without any. */
  dropDuplicates(subset?: Names<T>): DataFrame<T> {
    return subset ? this.derive({ kind: "deduplicate", columns: subset, child: this.plan }) : this.distinct();
  }
  /** `dropDuplicates`. */
  drop_duplicates(subset?: Names<T>): DataFrame<T> {
    return this.dropDuplicates(subset);
  }
  /** About a fraction of the rows, each drawn by itself. */
  sample(fraction: number, seed?: number): DataFrame<T>;
  sample(withReplacement: boolean, fraction: number, seed?: number): DataFrame<T>;
  sample(...given: readonly (boolean | number | undefined)[]): DataFrame<T> {
    return sampled(this, given);
  }
  /** About `fractions[k]` of the rows where the column is k; an object's keys are texts. */
  sampleBy(column: ColumnOrName, fractions: Fractions, seed?: number): DataFrame<T> {
    return stratified(this, column, fractions, seed);
  }
  /** DataFrames with about these shares of the rows, each row in exactly one. */
  randomSplit(weights: readonly number[], seed?: number): DataFrame<T>[] {
    return randomSplits(this, weights, seed);
  }

  // Order and partitions.

  /** Sorts by columns, names, or positions of columns (from 1, negative for descending). */
  orderBy(...keys: SortItems<T>): DataFrame<T> {
    return this.#sort(keys.flat(), true);
  }
  /** `orderBy`. */
  sort(...keys: SortItems<T>): DataFrame<T> {
    return this.orderBy(...keys);
  }
  sortWithinPartitions(...keys: SortItems<T>): DataFrame<T> {
    return this.#sort(keys.flat(), false);
  }
  /** Moves rows to partitions by the hash of columns, or evenly without any. */
  repartition(...given: readonly (number | ColumnOrName)[]): DataFrame<T> {
    return this.#repartition(given.some((one) => typeof one !== "number") ? "hash" : "roundRobin", given);
  }
  /** Moves rows to partitions by ranges of columns. */
  repartitionByRange(...given: readonly (number | ColumnOrName)[]): DataFrame<T> {
    return this.#repartition("range", given);
  }
  /** Puts partitions together, without moving rows between workers. */
  coalesce(partitions: number): DataFrame<T> {
    return this.#repartition("coalesce", [partitions]);
  }
  /** Advice to the planner: `broadcast`, `merge`, `repartition`, ... */
  hint(name: string, ...parameters: readonly (LiteralInput | Column<unknown, string>)[]): DataFrame<T> {
    const expressions = parameters.map((p) => (p instanceof Column ? p.expression : literalOf(p as LiteralInput)));
    return this.derive({ kind: "hint", name, parameters: expressions, child: this.plan });
  }

  // Groups.

  groupBy<const C extends Items<NameOf<T>>>(...columns: C): GroupedData<T, Selected<T, ItemOf<C>>> {
    return new GroupedData(this, flatExpressions(columns));
  }
  /** `groupBy`. */
  groupby<const C extends Items<NameOf<T>>>(...columns: C): GroupedData<T, Selected<T, ItemOf<C>>> {
    return this.groupBy(...columns);
  }
  /** Groups by all, then by one column less each time, down to none. */
  rollup(...columns: ColumnItems): GroupedData<T, Row> {
    return new GroupedData<T, Row>(this, flatExpressions(columns), { kind: "rollup" });
  }
  /** Groups by every subset of the columns. */
  cube(...columns: ColumnItems): GroupedData<T, Row> {
    return new GroupedData<T, Row>(this, flatExpressions(columns), { kind: "cube" });
  }
  /** Groups by each of these sets of the columns. */
  groupingSets(sets: readonly (readonly ColumnOrName[])[], ...columns: readonly ColumnOrName[]): GroupedData<T, Row> {
    const grouping = columns.map(columnExpression);
    const texts = columns.map(columnText);
    const indexes = sets.map((set) => set.map((column) => texts.indexOf(columnText(column))));
    if (indexes.flat().includes(-1)) throw new TypeError("a grouping set holds a column that is not among the grouping columns");
    return new GroupedData<T, Row>(this, grouping, { kind: "sets", sets: indexes });
  }
  /** Aggregates over all rows. */
  agg<const C extends readonly Column<unknown, string>[]>(...aggregates: C): DataFrame<Selected<T, C[number]>>;
  agg(functions: Readonly<Record<string, string>>): DataFrame<Row>;
  agg(...given: readonly never[]): unknown {
    return new GroupedData<T, Row>(this, []).agg(...given);
  }
  /** Columns to rows: the ids stay, each other column makes a row of its name and value. */
  unpivot(
    ids: ColumnOrName | readonly ColumnOrName[],
    values: ColumnOrName | readonly ColumnOrName[] | null,
    variableColumnName: string,
    valueColumnName: string,
  ): DataFrame<Row> {
    const valueExpressions = values === null ? {} : { values: flatExpressions([values]) };
    const names = { variableColumnName, valueColumnNames: [valueColumnName] };
    return this.derive({ kind: "unpivot", ids: flatExpressions([ids]), ...valueExpressions, ...names, child: this.plan });
  }
  /** `unpivot`. */
  melt(...given: Parameters<DataFrame<T>["unpivot"]>): DataFrame<Row> {
    return this.unpivot(...given);
  }

  // Two DataFrames.

  /** Joins on columns of the same names, each of which the result has once. */
  join<U, On extends NameOf<T> & NameOf<U>, How extends JoinHow = "inner">(
    other: DataFrame<U>,
    on: On | readonly On[],
    how?: How,
  ): DataFrame<Joined<T, U, How, On>>;
  /** Joins on a condition. */
  join<U, How extends JoinHow = "inner">(
    other: DataFrame<U>,
    on?: Column<unknown, string> | readonly Column<unknown, string>[],
    how?: How,
  ): DataFrame<Joined<T, U, How>>;
  join(other: { readonly plan: LogicalPlan }, on?: ColumnOrName | readonly ColumnOrName[], how: JoinHow = "inner"): unknown {
    return this.#join(other.plan, joinTypeOf(how), on === undefined ? [] : [on].flat());
  }
  /** Every row with every row of the other. */
  crossJoin<U>(other: DataFrame<U>): DataFrame<Joined<T, U, "cross">> {
    return this.#join(other.plan, "cross", []);
  }
  /** Each row with the rows that the other has for it: `other` may read this DataFrame's columns, as `col("a").outer()`. */
  lateralJoin<U, How extends LateralHow = "inner">(
    other: DataFrame<U>,
    on?: Column<unknown, string>,
    how?: How,
  ): DataFrame<Joined<T, U, How>> {
    const type = lateralTypeOf(how ?? "inner");
    const condition = on === undefined ? {} : { condition: on.expression };
    return this.derive({ kind: "join", type, lateral: true, left: this.plan, right: other.plan, ...condition });
  }
  /** The one value of a DataFrame of one column and at most one row; it may read columns of where it is used, as `col("a").outer()`. */
  scalar(): Column {
    return new Column({ kind: "scalarSubquery", plan: this.plan, ...originField() });
  }
  /** Whether there is a row; as `scalar`, it may read columns of where it is used. */
  exists(): Column<boolean> {
    return new Column({ kind: "exists", plan: this.plan, ...originField() });
  }
  /** The rows of both, by position of the columns, duplicates kept. */
  union(other: DataFrame<T>): DataFrame<T> {
    return this.derive({ kind: "union", children: [this.plan, other.plan] });
  }
  /** `union`. */
  unionAll(other: DataFrame<T>): DataFrame<T> {
    return this.union(other);
  }
  /** The rows of both, by name of the columns. */
  unionByName<U>(other: DataFrame<U>, allowMissingColumns = false): DataFrame<Unioned<T, U>> {
    return this.derive({ kind: "union", children: [this.plan, other.plan], byName: true, allowMissingColumns });
  }
  /** Rows that are in both, once each. */
  intersect(other: DataFrame<T>): DataFrame<T> {
    return this.#setOperation("intersect", false, other);
  }
  /** Rows that are in both, as often as in both. */
  intersectAll(other: DataFrame<T>): DataFrame<T> {
    return this.#setOperation("intersect", true, other);
  }
  /** Rows that are not in the other, once each. */
  subtract(other: DataFrame<T>): DataFrame<T> {
    return this.#setOperation("except", false, other);
  }
  /** `subtract`. */
  except(other: DataFrame<T>): DataFrame<T> {
    return this.subtract(other);
  }
  /** Each row as often as it is here more than in the other. */
  exceptAll(other: DataFrame<T>): DataFrame<T> {
    return this.#setOperation("except", true, other);
  }

  // NULLs and statistics.

  get na(): NaFunctions<T> {
    return new NaFunctions(this);
  }
  get stat(): StatFunctions<T> {
    return new StatFunctions(this);
  }
  fillna(value: number | bigint | string | boolean | Readonly<Record<string, LiteralInput>>, subset?: Subset<T>): DataFrame<T> {
    return this.na.fill(value, subset);
  }
  dropna(rule?: DropRule, thresh?: number, subset?: Subset<T>): DataFrame<T> {
    return this.na.drop(rule, thresh, subset);
  }
  replace(replacements: Replacements, subset?: Subset<T>): DataFrame<T>;
  replace(old: Replaced, value: Replaced, subset?: Subset<T>): DataFrame<T>;
  replace(...given: readonly unknown[]): DataFrame<T> {
    return this.na.replace(...(given as [Replaced, Replaced, Subset<T>?]));
  }
  approxQuantile(column: NameOf<T>, probabilities: readonly number[], relativeError: number): Promise<number[]>;
  approxQuantile(columns: Names<T>, probabilities: readonly number[], relativeError: number): Promise<number[][]>;
  approxQuantile(columns: NameOf<T> | Names<T>, ranks: readonly number[], relativeError: number): Promise<number[] | number[][]> {
    return this.stat.approxQuantile(columns as NameOf<T>, ranks, relativeError);
  }
  corr(col1: NameOf<T>, col2: NameOf<T>): Promise<number> {
    return this.stat.corr(col1, col2);
  }
  cov(col1: NameOf<T>, col2: NameOf<T>): Promise<number> {
    return this.stat.cov(col1, col2);
  }
  crosstab(col1: NameOf<T>, col2: NameOf<T>): DataFrame<Row> {
    return this.stat.crosstab(col1, col2);
  }
  freqItems(columns: Names<T>, support?: number): DataFrame<Row> {
    return this.stat.freqItems(columns, support);
  }
  /** Count, mean, standard deviation, least and greatest of numbers and texts. */
  describe(...columns: readonly (string | readonly string[])[]): DataFrame<Row> {
    return this.deriveLater(() => summaryPlan(this, ["count", "mean", "stddev", "min", "max"], columns.flat()));
  }
  /** Aggregates over the rows that pass here, computed with the first action: an Observation has them then. */
  observe(observation: Observation | string, ...metrics: readonly Column<unknown, string>[]): DataFrame<T> {
    const seen = typeof observation === "string" ? new Observation(observation) : observation;
    const expressions = metrics.map((metric) => metric.expression);
    return this.deriveLater(() => seen.on(this.plan, expressions, this.sparkSession));
  }
  /** Columns by the names of a schema, in its order and of its types; a missing one is NULL. */
  to(schema: StructType | string): DataFrame<Row> {
    return this.deriveLater(() => matchedTo(this, asStructType(schema)));
  }
  /** Rows to columns: the values of the index column, the first one without any, become the columns' names. */
  transpose(indexColumn?: ColumnOrName): DataFrame<Row> {
    return this.deriveLater(() => transposed(this, indexColumn === undefined ? [] : [columnExpression(indexColumn)]));
  }
  /** The same statistics and quartiles, or those named: `"count"`, `"25%"`, ... */
  summary(...statistics: readonly string[]): DataFrame<Row> {
    const chosen = statistics.length > 0 ? statistics : ["count", "mean", "stddev", "min", "25%", "50%", "75%", "max"];
    return this.deriveLater(() => summaryPlan(this, chosen, []));
  }

  // Functions of the user's.

  /** Calls a function with this DataFrame, for chains. */
  transform<U>(f: (df: DataFrame<T>) => DataFrame<U>): DataFrame<U> {
    return f(this);
  }
  /** Maps the Arrow record batches of each partition: `async function* (batches) { for await (const batch of batches) yield batch; }`. */
  mapInArrow(f: (...args: never[]) => unknown, schema: StructType | string, options?: UdfOptions): DataFrame<Row> {
    return this.derive({
      kind: "mapPartitions",
      function: userFunctionOf(f, "batches", options),
      schema: asStructType(schema),
      child: this.plan,
    });
  }
  /** `mapInArrow`. */
  mapPartitions(f: (...args: never[]) => unknown, schema: StructType | string, options?: UdfOptions): DataFrame<Row> {
    return this.mapInArrow(f, schema, options);
  }
  /** Each row as a line of JSON. */
  toJSON(): JsonLines {
    const json = fn("to_json", fn("struct", { kind: "unresolvedStar" }));
    return new JsonLines(
      this.derive({ kind: "project", expressions: [{ kind: "unresolvedAlias", child: json, names: ["value"] }], child: this.plan }),
    );
  }

  /** A DataFrame over the rows as they are now, computed at once where `eager`. */
  async checkpoint(eager = true): Promise<DataFrame<T>> {
    const kept = new DataFrame<T>(this.sparkSession, this.plan, this.#planId).cache();
    try {
      if (eager) await kept.count();
    } catch (thrown) {
      // Nobody has it, who could give it up.
      await kept.unpersist();
      throw thrown;
    }
    return kept;
  }
  /** `checkpoint`. */
  localCheckpoint(eager = true): Promise<DataFrame<T>> {
    return this.checkpoint(eager);
  }

  #withColumns<U>(columns: Extract<LogicalPlan, { kind: "withColumns" }>["columns"]): DataFrame<U> {
    return this.derive({ kind: "withColumns", columns, child: this.plan });
  }
  /** A position needs the schema: it is that of a column, not a constant. */
  #sort(keys: readonly (ColumnOrName | number)[], global: boolean): DataFrame<T> {
    const sort = (order: readonly SortOrder[]) => ({ kind: "sort", order, global, child: this.plan }) as const;
    if (keys.every((key) => typeof key !== "number")) return this.derive(sort(keys.map(sortKey)));
    return this.deriveLater(async () => {
      const schema = await this.schema();
      return sort(keys.map((key) => (typeof key === "number" ? sortPosition(key, schema) : sortKey(key))));
    });
  }
  #setOperation(operation: SetOperation["operation"], all: boolean, other: DataFrame<T>): DataFrame<T> {
    return this.derive({ kind: "setOperation", operation, all, left: this.plan, right: other.plan });
  }
  #repartition(scheme: Repartition["scheme"], [first, ...rest]: readonly (number | ColumnOrName)[]): DataFrame<T> {
    const columns = (typeof first === "number" ? rest : first === undefined ? rest : [first, ...rest]) as readonly ColumnOrName[];
    if (typeof first === "number" && (!Number.isInteger(first) || first < 1))
      throw new RangeError(`the number of partitions must be a positive whole number, not ${first}`);
    const expressions = scheme === "range" ? columns.map(sortKey) : columns.map(columnExpression);
    return this.derive({
      kind: "repartition",
      scheme,
      expressions,
      ...(typeof first === "number" ? { partitions: first } : {}),
      child: this.plan,
    });
  }
  #join<U>(right: LogicalPlan, type: JoinType, on: readonly ColumnOrName[]): DataFrame<U> {
    const using = on.filter((one) => typeof one === "string");
    const conditions = on.filter((one) => one instanceof Column).map((one) => one.expression);
    if (using.length > 0 && conditions.length > 0) throw new TypeError("join on names or on conditions, not on both");
    const node = { kind: "join", type, left: this.plan, right } as const;
    if (using.length > 0) return this.derive({ ...node, using });
    if (conditions.length === 0) return this.derive(node);
    return this.derive({ ...node, condition: conditions.reduce((left, next) => fn("and", left, next)) });
  }
}

refuse(DataFrame.prototype, "DataFrame");

const flatExpressions = (columns: ColumnItems): Expression[] => columns.flat().map(columnExpression);

const columnText = (column: ColumnOrName): string => semanticText(columnExpression(column));
