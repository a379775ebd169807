import { AnalysisError } from "../engine/errors.ts";
import { sqlId } from "../engine/expressions/quoting.ts";
import { type DataType, isFractional, isNumeric, isStringLike, type StructField, type StructType } from "../engine/types/data-type.ts";
import { Column, expressionOf, fieldExpression, lit } from "./column.ts";
import type { DataFrame } from "./dataframe.ts";
import { coalesce, nanvl, when } from "./functions/conditional.ts";
import type { LiteralInput } from "./literal.ts";
import type { NameOf } from "./row.ts";

/** Which rows `drop` drops: those with a NULL (or NaN) in `any`, or in `all`, of the columns. */
export type DropRule = "any" | "all";
/** New values by old ones. */
export type Replacements = ReadonlyMap<LiteralInput, LiteralInput> | Readonly<Record<string, LiteralInput>>;

/** What `replace` takes in the place of a map: an old value, or several. */
export type Replaced = LiteralInput | readonly LiteralInput[];
/** The columns that a function is about: all of a fitting type without any. */
export type Subset<T> = NameOf<T> | readonly NameOf<T>[];
type Scalar = number | bigint | string | boolean;

/** Missing values of a DataFrame, as `pyspark.sql.DataFrameNaFunctions`. */
export class NaFunctions<T> {
  readonly #df: DataFrame<T>;

  /** @internal */
  constructor(df: DataFrame<T>) {
    this.#df = df;
  }

  /** Leaves out rows with missing values; with `thresh`, rows that have less than so many values. */
  drop(rule: DropRule = "any", thresh?: number, subset?: Subset<T>): DataFrame<T> {
    return this.#df.deriveLater(async () => {
      const schema = await this.#df.schema();
      const fields = schema.fields.filter(this.#meant(subset, schema));
      if (fields.length === 0) return this.#df.plan;
      const present = fields.map((field) => when(hasValue(field), 1).otherwise(0) as Column<unknown, string>);
      const count = present.reduce((sum, one) => (sum as Column).plus(one)) as Column;
      const least = thresh ?? (rule === "any" ? fields.length : 1);
      return { kind: "filter", condition: count.ge(least).expression, child: this.#df.plan };
    });
  }

  /**
   * Puts a value in the place of NULL (and NaN). A number fills numeric columns, text fills text, a boolean booleans;
   * columns of other types stay. An object gives a value by column.
   */
  fill(value: Scalar | Readonly<Record<string, LiteralInput>>, subset?: Subset<T>): DataFrame<T> {
    if (typeof value === "object") {
      const values = Object.entries(value);
      return this.#mapColumns(Object.keys(value) as NameOf<T>[], (field, isField) => {
        const given = values.find(([name]) => isField(name));
        return given && filled(field, given[1]);
      });
    }
    return this.#mapColumns(subset, (field) => (takes(field.dataType, value) ? filled(field, value) : undefined));
  }

  /** Puts new values in the place of old ones, in columns of their type: by a map, or old values and then new ones. */
  replace(replacements: Replacements, subset?: Subset<T>): DataFrame<T>;
  replace(old: Replaced, value: Replaced, subset?: Subset<T>): DataFrame<T>;
  replace(...given: readonly unknown[]): DataFrame<T> {
    const byMap = isReplacements(given[0]);
    const pairs = byMap ? entriesOf(given[0] as Replacements) : paired(given[0] as Replaced, given[1] as Replaced);
    return this.#mapColumns((byMap ? given[1] : given[2]) as Subset<T> | undefined, (field) => {
      const old = new Column(fieldExpression(field.name));
      const fitting = pairs.filter(([from, to]) => takes(field.dataType, from) && (to === null || takes(field.dataType, to)));
      const chosen = fitting.reduce<Column | undefined>((chain, [from, to]) => {
        const matches = from === null ? old.isNull() : old.eq(asDouble(from));
        const value = asDouble(to).cast(field.dataType);
        return chain ? chain.when(matches, value) : when(matches, value);
      }, undefined);
      return chosen?.otherwise(old);
    });
  }

  #mapColumns(
    subset: Subset<T> | undefined,
    map: (field: StructField, isField: (name: string) => boolean) => Column | undefined,
  ): DataFrame<T> {
    return this.#df.deriveLater(async () => {
      const schema = await this.#df.schema();
      const isMeant = this.#meant(subset, schema);
      const expressions = schema.fields.map((field) => {
        const mapped = isMeant(field) ? map(field, (name) => this.#same(name, field.name)) : undefined;
        return mapped ? mapped.as(field.name).expression : fieldExpression(field.name);
      });
      return { kind: "project", expressions, child: this.#df.plan };
    });
  }

  /** Whether a column is among these; all are where none is named. Throws UNRESOLVED_COLUMN for a name that is none's. */
  #meant(subset: Subset<T> | undefined, { fields }: StructType): (field: StructField) => boolean {
    if (subset === undefined) return () => true;
    const names: readonly string[] = [subset].flat();
    const stray = names.find((name) => !fields.some((field) => this.#same(name, field.name)));
    if (stray !== undefined) {
      const proposal = fields.map((field) => sqlId([field.name])).join(", ");
      throw new AnalysisError("UNRESOLVED_COLUMN.WITH_SUGGESTION", { objectName: sqlId([stray]), proposal });
    }
    return (field) => names.some((name) => this.#same(name, field.name));
  }

  #same(a: string, b: string): boolean {
    const exact = this.#df.sparkSession.conf.get("spark.sql.caseSensitive") === "true";
    return exact ? a === b : a.toLowerCase() === b.toLowerCase();
  }
}

type Pair = readonly [old: LiteralInput, value: LiteralInput];

const isReplacements = (given: unknown): given is Replacements =>
  given instanceof Map || (typeof given === "object" && given !== null && Object.getPrototypeOf(given) === Object.prototype);

const entriesOf = (replacements: Replacements): readonly Pair[] =>
  replacements instanceof Map ? [...replacements] : Object.entries(replacements as Readonly<Record<string, LiteralInput>>);

/** Each old value with its new one; a single new value is that of all. */
function paired(old: Replaced, value: Replaced): readonly Pair[] {
  if (value === undefined) throw new TypeError("replace needs a new value, NULL for none");
  const olds = Array.isArray(old) ? (old as readonly LiteralInput[]) : [old as LiteralInput];
  if (!Array.isArray(value)) return olds.map((one) => [one, value as LiteralInput]);
  if (value.length !== olds.length) throw new TypeError(`replace has ${olds.length} old values, but ${value.length} new ones`);
  return olds.map((one, i) => [one, value[i] as LiteralInput]);
}

/** Numbers are replaced as doubles, so that NaN may be asked for in a column of integers. Source: Spark's DataFrameNaFunctions.replace0. */
const asDouble = (value: LiteralInput): Column =>
  typeof value === "number" || typeof value === "bigint" ? lit(value).cast("double") : lit(value);

function hasValue(field: StructField): Column<boolean> {
  const column = new Column(fieldExpression(field.name));
  const notNull = column.isNotNull();
  return isFractional(field.dataType) ? (notNull.and(column.isNaN().not()) as Column<boolean>) : notNull;
}

function filled(field: StructField, value: LiteralInput): Column {
  const column = new Column(fieldExpression(field.name));
  const fill = new Column(expressionOf(value)).cast(field.dataType);
  return isFractional(field.dataType) ? coalesce(nanvl(column, lit(null).cast(field.dataType)), fill) : coalesce(column, fill);
}

function takes(type: DataType, value: LiteralInput): boolean {
  if (value === null) return true;
  if (typeof value === "number" || typeof value === "bigint") return isNumeric(type);
  if (typeof value === "string") return isStringLike(type);
  return typeof value === "boolean" && type.kind === "boolean";
}
