import { commonTypeOf } from "../analyzer/common-type.ts";
import { castTo } from "../analyzer/implicit-cast.ts";
import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { typeSql } from "../expressions/print-type.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { elementType, unexpectedInput } from "./alignment.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { sortedSql } from "./by-keys.ts";
import { scalarsOf } from "./define.ts";
import {
  any,
  anyArray,
  anyMap,
  type FunctionEntry,
  type LambdaParameter,
  lambdaArgument,
  raise,
  type SessionSettings,
  takes,
  takesUpTo,
} from "./function.ts";
import { applyLambda, parseLambda } from "./lambda-sql.ts";
import { mapFromLists } from "./map.ts";

/** Functions that take functions. Source: Spark's higherOrderFunctions.scala. */
const scalar = scalarsOf("lambda");
const mapOf = (type: t.DataType) => type as t.MapType;
const bodyOf = (lambda: Expression | undefined): Expression => {
  if (lambda?.kind !== "lambda") throw new TypeError("a lambda is expected here");
  return lambda.body;
};

const predicate =
  (name: string) =>
  (args: readonly Expression[]): readonly Expression[] => {
    const type = typeOf(args.at(-1)!);
    if (type.kind !== "boolean" && type.kind !== "void") throw unexpectedInput(name, args.length - 1, args, '"BOOLEAN"');
    return args;
  };

/** `function(list, lambda)`; DuckDB counts the index from 1, Spark from 0. */
function overElements(duckdbFunction: string, list: string, lambdaSql: string): string {
  const lambda = parseLambda(lambdaSql);
  const [x, i] = lambda.parameters;
  if (i === undefined) return `${duckdbFunction}(${list}, ${lambdaSql})`;
  return `${duckdbFunction}(${list}, lambda ${x}, ${i}: ${applyLambda(lambda, x!, `CAST(${i} - 1 AS INTEGER)`)})`;
}

/** True, NULL or false, in this order of strength (`exists`), or with `forall` the other way round. */
const threeValued = (decisive: "true" | "false", list: string, lambda: string) =>
  bindOnce([`list_transform(${list}, ${lambda})`], ([results]) => {
    const r = results!;
    const otherwise = decisive === "true" ? "false" : "true";
    return `(CASE WHEN ${r} IS NULL THEN NULL WHEN list_contains(${r}, ${decisive}) THEN ${decisive} WHEN list_count(${r}) < len(${r}) THEN NULL ELSE ${otherwise} END)`;
  });

/** A fold whose accumulator may have another type than the elements: both travel in one struct. */
function fold(args: readonly string[], elements: t.DataType, accumulator: t.DataType): string {
  const [list, start, mergeSql, finishSql] = args;
  const [merge, finish] = [parseLambda(mergeSql!), finishSql === undefined ? undefined : parseLambda(finishSql)];
  const [a, e] = [freeName(args, "a"), freeName(args, "e")];
  const state = (acc: string, x: string) =>
    `struct_pack(acc := CAST(${acc} AS ${sqlTypeOf(accumulator)}), x := CAST(${x} AS ${sqlTypeOf(elements)}))`;
  const states = `list_transform(${list}, lambda ${e}: ${state("NULL", e)})`;
  const folded = `list_reduce(${states}, lambda ${a}, ${e}: ${state(applyLambda(merge, `${a}.acc`, `${e}.x`), "NULL")}, ${state(start!, "NULL")}).acc`;
  if (!finish) return folded;
  return bindOnce([folded, list!], ([result, l]) => `(CASE WHEN ${l} IS NOT NULL THEN ${applyLambda(finish, result!)} END)`);
}

function checkFold(args: readonly Expression[]): readonly Expression[] {
  const [, start, merge] = args;
  const [from, to] = [typeOf(start!), typeOf(bodyOf(merge))];
  if (t.sameTypeIgnoringNullability(from, to) || to.kind === "void") return args;
  throw unexpectedInput("aggregate", 2, args, `"${typeSql(from)}"`);
}

/** Elements are ranked by how many others the comparator puts before them; equal ones keep their order. */
function sortByComparator(list: string, comparatorSql: string): string {
  const comparator = parseLambda(comparatorSql);
  return bindOnce([list], ([l]) => {
    const names = [l!, comparatorSql];
    const [x, i, y, j, c] = ["x", "i", "y", "j", "c"].map((prefix) => freeName(names, prefix)) as [string, string, string, string, string];
    const failure = raise("COMPARATOR_RETURNS_NULL", { firstValue: y, secondValue: x });
    const order = bindOnce(
      [`coalesce(${applyLambda(comparator, y, x)}, ${failure})`],
      ([result]) => `(${result} < 0 OR (${result} = 0 AND ${j} < ${i}))`,
    );
    const rank = `len(list_filter(${l}, lambda ${y}, ${j}: ${i} <> ${j} AND ${order}))`;
    return `list_transform(list_sort(list_transform(${l}, lambda ${x}, ${i}: struct_pack(r := ${rank}, x := ${x}))), lambda ${c}: ${c}.x)`;
  });
}

const overEntries = (map: string, lambdaSql: string, sql: (body: string, entry: string, entries: string) => string) => {
  const e = freeName([map, lambdaSql], "e");
  return sql(applyLambda(parseLambda(lambdaSql), `${e}.key`, `${e}.value`), e, `map_entries(${map})`);
};

function transformKeys([map, lambda]: readonly string[], type: t.DataType, session: SessionSettings): string {
  return bindOnce([map!], ([m]) =>
    overEntries(m!, lambda!, (body, e, entries) =>
      mapFromLists(`list_transform(${entries}, lambda ${e}: ${body})`, `map_values(${m})`, type, session),
    ),
  );
}

function mapZipWith([left, right, lambdaSql]: readonly string[], type: t.DataType): string {
  return bindOnce([left!, right!], ([l, r]) => {
    const k = freeName([l!, r!, lambdaSql!], "k");
    const keys = `list_concat(map_keys(${l}), list_filter(map_keys(${r}), lambda ${k}: list_position(map_keys(${l}), ${k}) IS NULL))`;
    const body = applyLambda(parseLambda(lambdaSql!), k, `map_extract_value(${l}, ${k})`, `map_extract_value(${r}, ${k})`);
    return bindOnce(
      [keys],
      ([all]) =>
        `(CASE WHEN ${l} IS NULL OR ${r} IS NULL THEN NULL ELSE CAST(map(${all}, list_transform(${all}, lambda ${k}: ${body})) AS ${sqlTypeOf(type)}) END)`,
    );
  });
}

function zipWith([left, right, lambdaSql]: readonly string[]): string {
  return bindOnce([left!, right!], ([l, r]) => {
    const p = freeName([l!, r!, lambdaSql!], "p");
    const body = applyLambda(parseLambda(lambdaSql!), `struct_extract_at(${p}, 1)`, `struct_extract_at(${p}, 2)`);
    return `(CASE WHEN ${l} IS NULL OR ${r} IS NULL THEN NULL ELSE list_transform(list_zip(${l}, ${r}), lambda ${p}: ${body}) END)`;
  });
}

const inputNullable = ([input]: readonly Expression[]) => isNullable(input!);
const parameter = (type: t.DataType, nullable: boolean): LambdaParameter => ({ type, nullable });
const elementOf = (array: t.DataType | undefined): LambdaParameter =>
  parameter(elementType(array!), array!.kind !== "array" || array!.containsNull);
const eachElement = ([array]: readonly t.DataType[]) => [[elementOf(array)]];
const elementAndIndex = ([array]: readonly t.DataType[]) => [[elementOf(array), parameter(t.integerType, false)]];
const keyAndValue = ([map]: readonly t.DataType[]) => [
  [parameter(mapOf(map!).keyType, false), parameter(mapOf(map!).valueType, mapOf(map!).valueContainsNull)],
];
/** What holds for elements may be NULL where that of one may be. */
const anyNullable = (args: readonly Expression[]) => args.some(isNullable);

export const lambdaFunctions: readonly FunctionEntry[] = [
  scalar(
    "transform",
    "Returns the array of what a function makes of each element (and its index from 0).",
    takes(anyArray, lambdaArgument),
    ([, result], args) => t.arrayType(result!, isNullable(args[1]!)),
    ([list, lambda], call) => `CAST(${overElements("list_transform", list!, lambda!)} AS ${sqlTypeOf(call.type)})`,
    { nullable: inputNullable, lambdaParameters: elementAndIndex },
  ),
  scalar(
    "filter",
    "Returns the elements for which a predicate is true.",
    takes(anyArray, lambdaArgument),
    ([list]) => list!,
    ([list, lambda]) => overElements("list_filter", list!, lambda!),
    { nullable: inputNullable, lambdaParameters: elementAndIndex, check: predicate("filter") },
  ),
  scalar(
    "exists",
    "Returns true if a predicate holds for an element, NULL if that hangs on a NULL.",
    takes(anyArray, lambdaArgument),
    t.booleanType,
    ([list, lambda]) => threeValued("true", list!, lambda!),
    { nullable: anyNullable, lambdaParameters: eachElement, check: predicate("exists") },
  ),
  scalar(
    "forall",
    "Returns true if a predicate holds for every element, NULL if that hangs on a NULL.",
    takes(anyArray, lambdaArgument),
    t.booleanType,
    ([list, lambda]) => threeValued("false", list!, lambda!),
    { nullable: anyNullable, lambdaParameters: eachElement, check: predicate("forall") },
  ),
  ...["aggregate", "reduce"].map((name) =>
    scalar(
      name,
      "Folds the elements into a start value, then finishes it: aggregate(array, start, merge[, finish]).",
      takesUpTo(1, anyArray, any, lambdaArgument, lambdaArgument),
      (types) => types.at(-1)!,
      (args, call) => fold(args, elementType(typeOf(call.args[0]!)), typeOf(call.args[1]!)),
      {
        nullable: true,
        lambdaParameters: ([array, start]) => [[parameter(start!, true), elementOf(array)], [parameter(start!, true)]],
        check: checkFold,
      },
    ),
  ),
  scalar(
    "zip_with",
    "Merges two arrays element by element; the shorter one is filled with NULLs.",
    takes(anyArray, anyArray, lambdaArgument),
    ([, , result], args) => t.arrayType(result!, isNullable(args[2]!)),
    (args, call) => `CAST(${zipWith(args)} AS ${sqlTypeOf(call.type)})`,
    {
      nullable: (args) => isNullable(args[0]!) || isNullable(args[1]!),
      lambdaParameters: ([l, r]) => [[parameter(elementType(l!), true), parameter(elementType(r!), true)]],
    },
  ),
  scalar(
    "array_sort",
    "Sorts an array: NULLs last, or by a comparator of two elements that gives a negative number, 0 or a positive one.",
    takesUpTo(1, anyArray, lambdaArgument),
    ([list]) => list!,
    ([list, comparator], call) =>
      comparator === undefined ? sortedSql(list!, elementType(call.type), "ASC", "LAST") : sortByComparator(list!, comparator),
    { nullable: inputNullable, lambdaParameters: ([array]) => [[elementOf(array), elementOf(array)]], check: checkComparator },
  ),
  scalar(
    "map_filter",
    "Returns the entries of a map for which a predicate of key and value is true.",
    takes(anyMap, lambdaArgument),
    ([map]) => map!,
    ([map, lambda], call) =>
      overEntries(
        map!,
        lambda!,
        (body, e, entries) => `CAST(map_from_entries(list_filter(${entries}, lambda ${e}: ${body})) AS ${sqlTypeOf(call.type)})`,
      ),
    { nullable: inputNullable, lambdaParameters: keyAndValue, check: predicate("map_filter") },
  ),
  scalar(
    "transform_keys",
    "Returns a map whose keys a function makes of the keys and values.",
    takes(anyMap, lambdaArgument),
    ([map, key]) => t.mapType(key!, mapOf(map!).valueType, mapOf(map!).valueContainsNull),
    (args, call, session) => transformKeys(args, call.type, session),
    { nullable: inputNullable, lambdaParameters: keyAndValue },
  ),
  scalar(
    "transform_values",
    "Returns a map whose values a function makes of the keys and values.",
    takes(anyMap, lambdaArgument),
    ([map, value], args) => t.mapType(mapOf(map!).keyType, value!, isNullable(args[1]!)),
    ([map, lambda], call) =>
      overEntries(
        map!,
        lambda!,
        (body, e, entries) =>
          `CAST(map_from_entries(list_transform(${entries}, lambda ${e}: struct_pack(key := ${e}.key, value := ${body}))) AS ${sqlTypeOf(call.type)})`,
      ),
    { nullable: inputNullable, lambdaParameters: keyAndValue },
  ),
  scalar(
    "map_zip_with",
    "Merges two maps key by key; a missing value is NULL.",
    takes(anyMap, anyMap, lambdaArgument),
    ([map, , value], args) => t.mapType(mapOf(map!).keyType, value!, isNullable(args[2]!)),
    (args, call) => mapZipWith(args, call.type),
    {
      nullable: (args) => isNullable(args[0]!) || isNullable(args[1]!),
      lambdaParameters: ([l, r], session) => [
        [
          parameter(commonKey(mapOf(l!), mapOf(r!), session) ?? mapOf(l!).keyType, false),
          parameter(mapOf(l!).valueType, true),
          parameter(mapOf(r!).valueType, true),
        ],
      ],
      check: alignZippedMaps,
    },
  ),
];

function checkComparator(args: readonly Expression[]): readonly Expression[] {
  if (args[1] !== undefined && typeOf(args[1]).kind !== "integer") throw unexpectedInput("array_sort", 1, args, '"INT"');
  return args;
}

/** The type of the keys of two maps; undefined where there is none, or casts to it could give NULL. */
function commonKey(left: t.MapType, right: t.MapType, session: SessionSettings): t.DataType | undefined {
  const maps = commonTypeOf([t.mapType(left.keyType, t.voidType), t.mapType(right.keyType, t.voidType)], session);
  return maps && mapOf(maps).keyType;
}

/** Both maps get the common type of their keys. Source: Spark's MapZipWithTypeCoercion. */
function alignZippedMaps(args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const [left, right] = args.slice(0, 2).map(typeOf) as [t.MapType, t.MapType];
  const key = commonKey(left, right, session);
  if (key) {
    const withKey = (map: Expression) => {
      const { valueType, valueContainsNull } = mapOf(typeOf(map));
      return castTo(map, t.mapType(key, valueType, valueContainsNull), session);
    };
    return [withKey(args[0]!), withKey(args[1]!), args[2]!];
  }
  throw new AnalysisError("DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES", {
    sqlExpr: '"map_zip_with"',
    functionName: "`map_zip_with`",
    leftType: `"${typeSql(left.keyType)}"`,
    rightType: `"${typeSql(right.keyType)}"`,
  });
}
