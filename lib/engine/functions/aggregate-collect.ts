import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { requireConstant } from "./constant.ts";
import { aggregate, partial } from "./define-aggregate.ts";
import { type AggregateSql, any, anyArray, type FunctionEntry, of, takes, takesMany } from "./function.ts";

/** Aggregates that keep values: lists, sets and texts. */

const listOf = ([type]: readonly t.DataType[]): t.DataType => t.arrayType(type!, false);
const withoutNulls = (list: string): string => `coalesce(list_filter(${list}, lambda e: e IS NOT NULL), [])`;

const collectList: AggregateSql = (apply, [value]) => withoutNulls(apply("list", value!));
const collectSet: AggregateSql = (apply, [value], call) => withoutNulls(apply("list", call.distinct ? value! : `DISTINCT ${value}`));

/** Since Spark 4.3. */
const collectUnion: AggregateSql = (apply, [value]) => `coalesce(list_distinct(flatten(${withoutNulls(apply("list", value!))})), [])`;

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

/** Concatenation without a delimiter is the default. Keys of WITHIN GROUP are behind the delimiter. */
const joined: AggregateSql = (apply, [value, delimiter, ...keys], call) => {
  const orders = (call.withinGroup ?? []).map(
    ({ ascending, nullsFirst }, i) => `${keys[i]} ${ascending ? "ASC" : "DESC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`,
  );
  const text = call.type.kind === "string" ? value! : `hex(${value})`;
  // Distinct values without an order come in theirs, so that a text is the same each time.
  const order = orders.length === 0 && call.distinct ? [text] : orders;
  const orderBy = order.length > 0 ? ` ORDER BY ${order.join(", ")}` : "";
  if (call.type.kind === "string") return apply("string_agg", text, `${delimiter ? `coalesce(${delimiter}, '')` : "''"}${orderBy}`);
  const joinedText = apply("string_agg", text, `${delimiter ? `coalesce(hex(${delimiter}), '')` : "''"}${orderBy}`);
  return `unhex(${joinedText})`;
};

/** Source: Spark's ListAgg.checkInputDataTypes. */
function checkJoined(args: readonly Expression[]): readonly Expression[] {
  const [value, delimiter] = args;
  if (!delimiter) return args;
  requireConstant("listagg", args, 1, "delimiter");
  const types = [typeOf(value!), typeOf(delimiter)];
  if (types[1]!.kind === "void" || (delimiter.kind === "literal" && delimiter.value === null) || types[0]!.kind === types[1]!.kind)
    return args;
  throw new AnalysisError("DATATYPE_MISMATCH.DATA_DIFF_TYPES", {
    sqlExpr: `"${prettyName({ kind: "unresolvedFunction", name: "listagg", args })}"`,
    functionName: "`listagg`",
    dataType: `(${types.map((type) => `"${typeSql(type)}"`).join(" or ")})`,
  });
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
    "collect_union",
    "Collects the distinct elements that are not NULL of the group's arrays into one, without an order.",
    takes(anyArray),
    ([type]) => t.arrayType((type as t.ArrayType).elementType, false),
    collectUnion,
    {
      nullable: false,
      partial: partial(
        (call) => [[call.type, collectUnion]],
        (apply, [state]) => `list_distinct(flatten(${apply("list", state!)}))`,
      ),
    },
  ),
  aggregate(
    "listagg string_agg",
    "Returns the values that are not NULL as one text, divided by a constant delimiter, in the order of WITHIN GROUP.",
    { ...takesMany(0, of(t.stringType, t.binaryType), of(t.stringType, t.binaryType), any), optional: 1 },
    ([type]) => type!,
    joined,
    { withinGroup: { keys: "last", distinct: true, defaults: [{ kind: "literal", value: null, type: t.voidType }] }, check: checkJoined },
  ),
];
