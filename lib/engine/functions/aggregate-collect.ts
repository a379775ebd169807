import { AnalysisError, FirecrestError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { aggregate, partial } from "./define-aggregate.ts";
import { type AggregateSql, any, type FunctionEntry, integral, numericOrInterval, of, orderable, takes, takesUpTo } from "./function.ts";

/** Aggregates that keep values: lists, sets, texts, percentiles and the mode. */

const listOf = ([type]: readonly t.DataType[]): t.DataType => t.arrayType(type!, false);
const withoutNulls = (list: string): string => `coalesce(list_filter(${list}, lambda e: e IS NOT NULL), [])`;

const collectList: AggregateSql = (apply, [value]) => withoutNulls(apply("list", value!));
const collectSet: AggregateSql = (apply, [value], call) => withoutNulls(apply("list", call.distinct ? value! : `DISTINCT ${value}`));

/** Source: Spark's CollectSet.checkInputDataTypes: equality of maps is not defined. */
function checkSet([value]: readonly Expression[]): void {
  if (containsMap(typeOf(value!)))
    throw new AnalysisError("DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE", {
      sqlExpr: `"collect_set(${prettyName(value!)})"`,
      functionName: "`collect_set`",
      dataType: '"MAP"',
    });
}
const containsMap = (type: t.DataType): boolean =>
  type.kind === "map" ||
  (type.kind === "array" && containsMap(type.elementType)) ||
  (type.kind === "struct" && type.fields.some((field) => containsMap(field.dataType)));

/** Concatenation without a delimiter is the default. */
const joined: AggregateSql = (apply, [value, delimiter], call) => {
  if (call.type.kind === "string") return apply("string_agg", value!, delimiter ? `coalesce(${delimiter}, '')` : "''");
  return `unhex(${apply("string_agg", `hex(${value})`, delimiter ? `coalesce(hex(${delimiter}), '')` : "''")})`;
};

/** Arguments from `first` on have to be constants. */
const constants =
  (name: string, first: number, ...inputNames: readonly string[]) =>
  (args: readonly Expression[]): readonly Expression[] => {
    args.forEach((arg, i) => {
      if (i < first || isFoldable(arg)) return;
      throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
        sqlExpr: `"${prettyName({ kind: "unresolvedFunction", name, args })}"`,
        inputName: `\`${inputNames[i - first]}\``,
        inputType: '"DOUBLE"',
        inputExpr: `"${prettyName(arg)}"`,
      });
    });
    return args;
  };

const percentage = of(t.doubleType, t.arrayType(t.doubleType, false));

/** Doubles for numbers, and intervals for intervals; a list of percentages gives a list. */
const interpolated = ([type, at]: readonly t.DataType[]): t.DataType => {
  const one =
    type!.kind === "year-month interval"
      ? t.yearMonthIntervalType()
      : type!.kind === "day-time interval"
        ? t.dayTimeIntervalType()
        : t.doubleType;
  return at?.kind === "array" ? t.arrayType(one, false) : one;
};
/** As they are: the result is one of the values. */
const NUMBERS = [t.doubleType, t.byteType, t.shortType, t.integerType, t.longType, t.floatType, t.decimalType()];
const chosen = ([type, at]: readonly t.DataType[]): t.DataType => (at?.kind === "array" ? t.arrayType(type!, false) : type!);

const elementOf = (type: t.DataType): t.DataType => (type.kind === "array" ? type.elementType : type);

const continuous: AggregateSql = (apply, [value, at = "0.5::DOUBLE"], call) => {
  const quantile = apply("quantile_cont", `CAST(${value} AS DOUBLE)`, at);
  const element = elementOf(call.type);
  if (element.kind === "double") return quantile;
  const sqlType = element.kind === "year-month interval" ? "INTEGER" : "BIGINT";
  return `CAST(trunc(${quantile}) AS ${sqlType})`;
};

const discrete: AggregateSql = (apply, [value, at]) => apply("quantile_disc", value!, at!);

function checkPercentile(args: readonly Expression[]): readonly Expression[] {
  const frequency = args[2];
  if (frequency && !(frequency.kind === "literal" && Number(frequency.value) === 1)) {
    throw new FirecrestError("FIRECREST_UNSUPPORTED", {
      feature: "percentile with a frequency column",
      advice: "Repeat the rows with explode(array_repeat(value, frequency)) first.",
    });
  }
  if (t.isInterval(typeOf(args[0]!)) && args[1] && typeOf(args[1]).kind === "array") {
    throw new FirecrestError("FIRECREST_UNSUPPORTED", {
      feature: "Several percentiles of an interval",
      advice: "Ask for one percentile a call.",
    });
  }
  return constants("percentile", 1, "percentage", "frequency")(args);
}

/** The most frequent value; of several the least one where the second argument is true, any otherwise. */
const mode: AggregateSql = (apply, [value], call) => {
  const second = call.args[1];
  if (!(second?.kind === "literal" && second.value === true)) return apply("mode", value!);
  const counted = `map_entries(${apply("histogram", value!)})`;
  return `list_reduce(${counted}, lambda a, b: CASE WHEN b.value > a.value THEN b ELSE a END).key`;
};

function unsupported(feature: string, advice: string): never {
  throw new FirecrestError("FIRECREST_UNSUPPORTED", { feature, advice });
}

export const collectingAggregates: readonly FunctionEntry[] = [
  aggregate(
    "collect_list array_agg",
    "Collects the values that are not NULL into a list, duplicates included.",
    takes(any),
    listOf,
    collectList,
    {
      nullable: false,
      partial: partial(
        (call) => [[call.type, collectList]],
        (apply, [state]) => `flatten(${apply("list", state!)})`,
      ),
    },
  ),
  aggregate("collect_set", "Collects the distinct values that are not NULL into a list without an order.", takes(any), listOf, collectSet, {
    nullable: false,
    check: (args) => {
      checkSet(args);
      return args;
    },
    partial: partial(
      (call) => [[call.type, collectSet]],
      (apply, [state]) => `list_distinct(flatten(${apply("list", state!)}))`,
    ),
  }),
  aggregate(
    "listagg string_agg",
    "Returns the values that are not NULL as one text, divided by a constant delimiter.",
    takesUpTo(1, of(t.stringType, t.binaryType), of(t.stringType, t.binaryType)),
    ([type]) => type!,
    joined,
    {
      check: constants("listagg", 1, "delimiter"),
    },
  ),
  aggregate(
    "percentile",
    "Returns the exact percentile, between two values where it falls there.",
    takesUpTo(1, numericOrInterval, percentage, integral),
    interpolated,
    continuous,
    {
      check: checkPercentile,
    },
  ),
  aggregate(
    "percentile_cont",
    "Returns the percentile, between two values where it falls there.",
    takes(numericOrInterval, of(t.doubleType)),
    interpolated,
    continuous,
    {
      check: constants("percentile_cont", 1, "percentage"),
    },
  ),
  aggregate(
    "percentile_disc",
    "Returns the least value at or above the percentile.",
    takes(numericOrInterval, of(t.doubleType)),
    interpolated,
    (apply, [value, at], call) => {
      const quantile = apply("quantile_disc", value!, at!);
      return call.type.kind === "double" ? `CAST(${quantile} AS DOUBLE)` : quantile;
    },
    { check: constants("percentile_disc", 1, "percentage") },
  ),
  aggregate(
    "percentile_approx approx_percentile",
    "Returns the least value that is at or above the percentage; here it is exact.",
    takesUpTo(
      1,
      of(...NUMBERS, t.dateType, t.timestampType, t.timestampNtzType, t.dayTimeIntervalType(), t.yearMonthIntervalType()),
      percentage,
      integral,
    ),
    chosen,
    discrete,
    { check: constants("percentile_approx", 1, "percentage", "accuracy") },
  ),
  aggregate("median", "Returns the median: the 50th percentile.", takes(numericOrInterval), interpolated, continuous),
  aggregate("mode", "Returns the most frequent value.", takesUpTo(1, orderable, of(t.booleanType)), ([type]) => type!, mode, {
    check: constants("mode", 1, "deterministic"),
  }),
  aggregate(
    "histogram_numeric",
    "Returns a histogram of the values. Not supported yet.",
    takes(numericOrInterval, integral),
    t.arrayType(t.structType([])),
    () => "NULL",
    {
      check: () => unsupported("histogram_numeric", "Use width_bucket and a GROUP BY."),
    },
  ),
];
