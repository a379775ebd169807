import { fn, integerLiteral } from "../engine/expressions/build.ts";
import type { Expression } from "../engine/expressions/expression.ts";
import type { GroupingSets } from "../engine/logical/plan.ts";
import { isNumeric } from "../engine/types/data-type.ts";
import { Column, type ColumnOrName, columnExpression, fieldExpression } from "./column.ts";
import type { DataFrame } from "./dataframe.ts";
import { invoke } from "./functions/invoke.ts";
import { type LiteralInput, literalOf } from "./literal.ts";
import { distinctPivotValues } from "./pivot-values.ts";
import type { Merged, Row, Selected } from "./row.ts";
import { unsupported } from "./unsupported.ts";

interface PivotBy {
  readonly column: Expression;
  /** Absent: looked up when an action runs. */
  readonly values?: readonly Expression[];
}

/** A DataFrame in groups, as `pyspark.sql.GroupedData`. T are its rows, K the grouping columns. */
export class GroupedData<T, K> {
  readonly #df: DataFrame<T>;
  readonly #grouping: readonly Expression[];
  readonly #sets: GroupingSets | undefined;
  readonly #pivot: PivotBy | undefined;

  /** @internal */
  constructor(df: DataFrame<T>, grouping: readonly Expression[], sets?: GroupingSets, pivot?: PivotBy) {
    this.#df = df;
    this.#grouping = grouping;
    this.#sets = sets;
    this.#pivot = pivot;
  }

  /** One row a group: the grouping columns, then these aggregates; or `{ amount: "sum" }`, functions by column. */
  agg<const C extends readonly Column<unknown, string>[]>(...aggregates: C): DataFrame<Merged<K, Selected<T, C[number]>>>;
  agg(functions: Readonly<Record<string, string>>): DataFrame<Row>;
  agg(...given: readonly (Column<unknown, string> | Readonly<Record<string, string>>)[]): unknown {
    const aggregates = given.flatMap((one) => (one instanceof Column ? [one.expression] : Object.entries(one).map(aggregateByName)));
    if (aggregates.length === 0) throw new TypeError("agg needs at least one aggregate");
    return this.of(aggregates);
  }
  /** The number of rows of each group. */
  count(): DataFrame<Merged<K, { readonly count: bigint }>> {
    return this.of([{ kind: "unresolvedAlias", child: fn("count", integerLiteral(1)), names: ["count"] }]);
  }
  /** The sum of each of these columns, or of every numeric column. */
  sum(...columns: readonly string[]): DataFrame<Row> {
    return this.#ofEach("sum", columns);
  }
  avg(...columns: readonly string[]): DataFrame<Row> {
    return this.#ofEach("avg", columns);
  }
  /** `avg`. */
  mean(...columns: readonly string[]): DataFrame<Row> {
    return this.#ofEach("avg", columns);
  }
  min(...columns: readonly string[]): DataFrame<Row> {
    return this.#ofEach("min", columns);
  }
  max(...columns: readonly string[]): DataFrame<Row> {
    return this.#ofEach("max", columns);
  }
  /** Makes a column of each value; without `values` an action looks them up first. */
  pivot(column: ColumnOrName, values?: readonly LiteralInput[]): GroupedData<T, Row> {
    if (this.#pivot) throw unsupported("A second pivot of the same groups", "Pivot by one column; join the results of two.");
    if (this.#sets) throw unsupported("pivot after rollup, cube or groupingSets", "Pivot after groupBy.");
    const by: PivotBy = { column: columnExpression(column), ...(values ? { values: values.map(literalOf) } : {}) };
    return new GroupedData<T, Row>(this.#df, this.#grouping, undefined, by);
  }

  /** @internal One row a group of these aggregates. */
  of<R>(aggregates: readonly Expression[]): DataFrame<R> {
    const child = this.#df.plan;
    const grouping = this.#grouping.map((e) => (e.kind === "unresolvedAlias" ? e.child : e));
    if (!this.#pivot) {
      const retained = this.#df.sparkSession.conf.get("spark.sql.retainGroupColumns") === "true" ? this.#grouping : [];
      const sets = this.#sets ? { groupingSets: this.#sets } : {};
      return this.#df.derive({ kind: "aggregate", grouping, ...sets, aggregates: [...retained, ...aggregates], child });
    }
    const { column, values } = this.#pivot;
    if (values) return this.#df.derive({ kind: "pivot", grouping: this.#grouping, column, values, aggregates, child });
    return this.#df.deriveLater(async () => {
      const found = await distinctPivotValues(this.#df, column);
      return { kind: "pivot", grouping: this.#grouping, column, values: found, aggregates, child };
    });
  }

  #ofEach(name: string, columns: readonly string[]): DataFrame<Row> {
    if (columns.length > 0) return this.of(columns.map((column) => invoke(name, columnExpression(column)).expression));
    return this.#df.deriveLater(async () => {
      const schema = await this.#df.schema();
      const grouped = new Set(this.#grouping.flatMap((e) => (e.kind === "unresolvedAttribute" ? [e.nameParts.at(-1)] : [])));
      const numeric = schema.fields.filter((field) => isNumeric(field.dataType) && !grouped.has(field.name));
      return this.of(numeric.map((field) => fn(name, fieldExpression(field.name)))).plan;
    });
  }
}

/** `{ amount: "sum" }` is `sum(amount)`; `{ "*": "count" }` counts rows. */
function aggregateByName([column, name]: readonly [string, string]): Expression {
  if (column === "*" && name.toLowerCase() === "count") return fn("count", integerLiteral(1));
  return invoke(name, columnExpression(column)).expression;
}
