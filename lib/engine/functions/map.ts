import { AnalysisError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { elementType, sameKey, toCommonType } from "./alignment.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import {
  any,
  anyArray,
  anyMap,
  common,
  type FunctionEntry,
  of,
  raise,
  type SessionSettings,
  takes,
  takesMany,
  takesUpTo,
} from "./function.ts";

const scalar = scalarsOf("map");
const mapOf = (type: t.DataType) => type as t.MapType;

/** A map of lists of keys and values; raises Spark's conditions for NULL and, unless the last one wins, for repeated keys. */
export function mapFromLists(keys: string, values: string, type: t.DataType, session: SessionSettings): string {
  return bindOnce([keys, values], ([k, v]) => {
    const i = [freeName([k!, v!], "k"), freeName([k!, v!], "i")] as const;
    const repeated = `list_filter(${k}, lambda ${i[0]}, ${i[1]}: list_position(${k}, ${i[0]}) <> ${i[1]})`;
    const duplicate = raise("DUPLICATED_MAP_KEY", { key: `${repeated}[1]`, mapKeyDedupPolicy: `'"spark.sql.mapKeyDedupPolicy"'` });
    const sizes = `WHEN len(${k}) <> len(${v}) THEN ${raise("FIRECREST_MAP_SIZES_DIFFER")}`;
    const again = session.lastMapKeyWins ? lastOfEach(k!, v!, i, type) : duplicate;
    return `(CASE WHEN ${k} IS NULL OR ${v} IS NULL THEN NULL ${sizes} WHEN list_count(${k}) < len(${k}) THEN ${raise("NULL_MAP_KEY")} WHEN len(${repeated}) > 0 THEN ${again} ELSE CAST(map(${k}, ${v}) AS ${sqlTypeOf(type)}) END)`;
  });
}

/** Each key where it stands first, with the value where it stands last. */
function lastOfEach(keys: string, values: string, [key, i]: readonly [string, string], type: t.DataType): string {
  const first = `list_filter(${keys}, lambda ${key}, ${i}: list_position(${keys}, ${key}) = ${i})`;
  const last = `list_transform(${first}, lambda ${key}: ${values}[len(${keys}) + 1 - list_position(list_reverse(${keys}), ${key})])`;
  return `CAST(map(${first}, ${last}) AS ${sqlTypeOf(type)})`;
}

/** As mapFromLists, of a list of structs of two fields. NULL where an entry is. */
function mapFromEntries(entries: string, type: t.DataType, session: SessionSettings): string {
  return bindOnce([entries], ([list]) => {
    const e = freeName([list!], "e");
    const part = (n: number) => `list_transform(${list}, lambda ${e}: struct_extract_at(${e}, ${n}))`;
    return `(CASE WHEN list_count(${list}) < len(${list}) THEN NULL ELSE ${mapFromLists(part(1), part(2), type, session)} END)`;
  });
}

/** map(k1, v1, k2, v2, ...): keys get one type and values another. */
function alignEntries(args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  if (args.length % 2 === 1) {
    throw new AnalysisError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", {
      functionName: "`map`",
      expectedNum: "2n (n > 0)",
      actualNum: String(args.length),
    });
  }
  const [keys, values] = [0, 1].map((odd) =>
    toCommonType(
      "map",
      args.filter((_, i) => i % 2 === odd),
      session,
    ),
  );
  const coerced = args.map((_, i) => (i % 2 === 0 ? keys! : values!)[i >> 1]!);
  checkKeyType("map", keys![0] ? typeOf(keys![0]) : t.voidType, coerced);
  return coerced;
}

/** Throws for keys by which entries cannot be told apart. Source: Spark's TypeUtils.checkForMapKeyType. */
function checkKeyType(name: string, type: t.DataType, args: readonly Expression[]): void {
  if (!t.holdsKind(type, "map") && !t.holdsKind(type, "variant")) return;
  throw new AnalysisError("DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE", {
    sqlExpr: `"${name}(${args.map((arg) => prettyName(arg)).join(", ")})"`,
    keyType: `"${typeSql(type)}"`,
  });
}

function makeMap(args: readonly string[], call: Call, session: SessionSettings): string {
  const keys = args.filter((_, i) => i % 2 === 0);
  const values = args.filter((_, i) => i % 2 === 1);
  if (keys.length === 0) return `CAST(map([], []) AS ${sqlTypeOf(call.type)})`;
  return mapFromLists(`[${keys.join(", ")}]`, `[${values.join(", ")}]`, call.type, session);
}

function concatMaps(maps: readonly string[], call: Call, session: SessionSettings): string {
  if (maps.length === 0) return `CAST(map([], []) AS ${sqlTypeOf(call.type)})`;
  return bindOnce(maps, (names) =>
    mapFromLists(names.map((m) => `map_keys(${m})`).join(" || "), names.map((m) => `map_values(${m})`).join(" || "), call.type, session),
  );
}

const entryStruct = (map: t.MapType) =>
  t.structType([t.structField("key", map.keyType, false), t.structField("value", map.valueType, map.valueContainsNull)]);

/** `k1:v1,k2:v2` as Spark's StringToMap: both delimiters are regular expressions; a part without the second has no value. */
/** Whether a delimiter is a literal in which no character has a meaning in patterns. */
const isPlain = (delimiter: string): boolean => /^'[\w,:;=& #@!~/-]+'$/.test(delimiter);
const splitAt = (text: string, delimiter: string): string =>
  `${isPlain(delimiter) ? "string_split" : "regexp_split_to_array"}(${text}, ${delimiter})`;

function stringToMap([text, pairs = "','", keys = "':'"]: readonly string[], call: Call, session: SessionSettings): string {
  const parts = splitAt(text!, pairs);
  return bindOnce([parts], ([list]) => {
    const p = freeName([list!, keys], "p");
    if (isPlain(keys)) {
      const key = `list_transform(${list}, lambda ${p}: split_part(${p}, ${keys}, 1))`;
      const value = `list_transform(${list}, lambda ${p}: CASE WHEN contains(${p}, ${keys}) THEN substr(${p}, strpos(${p}, ${keys}) + length(${keys})) END)`;
      return mapFromLists(key, value, call.type, session);
    }
    const key = `list_transform(${list}, lambda ${p}: regexp_split_to_array(${p}, ${keys})[1])`;
    const value = `list_transform(${list}, lambda ${p}: CASE WHEN regexp_matches(${p}, ${keys}) THEN substr(${p}, len(regexp_split_to_array(${p}, ${keys})[1]) + len(regexp_extract(${p}, ${keys})) + 1) END)`;
    return mapFromLists(key, value, call.type, session);
  });
}

export const mapFunctions: readonly FunctionEntry[] = [
  scalar(
    "map create_map",
    "Returns a map of alternating keys and values.",
    takesMany(0, any),
    (types, args) =>
      t.mapType(
        types[0] ?? t.voidType,
        types[1] ?? t.voidType,
        args.some((arg, i) => i % 2 === 1 && isNullable(arg)),
      ),
    makeMap,
    { nullable: false, check: alignEntries },
  ),
  scalar(
    "map_from_arrays",
    "Returns a map of an array of keys and an array of values.",
    takes(anyArray, anyArray),
    ([keys, values]) => t.mapType(elementType(keys!), elementType(values!), (values as t.ArrayType).containsNull),
    ([keys, values], call, session) => mapFromLists(keys!, values!, call.type, session),
    {
      check: (args) => {
        checkKeyType("map_from_arrays", elementType(typeOf(args[0]!)), args);
        return args;
      },
    },
  ),
  scalar(
    "map_from_entries",
    "Returns a map of an array of entries.",
    takes(anyArray),
    ([entries]) => {
      const [key, value] = (elementType(entries!) as t.StructType).fields;
      return t.mapType(key!.dataType, value!.dataType, value!.nullable);
    },
    ([entries], call, session) => mapFromEntries(entries!, call.type, session),
    { nullable: ([entries]) => isNullable(entries!) || (typeOf(entries!) as t.ArrayType).containsNull },
  ),
  scalar(
    "map_keys",
    "Returns the keys of a map.",
    takes(anyMap),
    ([map]) => t.arrayType(mapOf(map!).keyType),
    ([map]) => `map_keys(${map})`,
  ),
  scalar(
    "map_values",
    "Returns the values of a map.",
    takes(anyMap),
    ([map]) => t.arrayType(mapOf(map!).valueType),
    ([map]) => `map_values(${map})`,
  ),
  scalar(
    "map_entries",
    "Returns the entries of a map as structs of key and value.",
    takes(anyMap),
    ([map]) => t.arrayType(entryStruct(mapOf(map!)), false),
    ([map]) => `map_entries(${map})`,
  ),
  scalar("map_concat", "Returns the union of maps.", takesMany(0, common), ([map]) => map ?? t.mapType(t.voidType, t.voidType), concatMaps),
  scalar(
    "map_contains_key",
    "Returns true if the map has the key.",
    takes(anyMap, any),
    t.booleanType,
    ([map, key]) => `list_contains(map_keys(${map}), ${key})`,
    { check: sameKey("map_contains_key") },
  ),
  scalar(
    "get_map_value",
    "Returns `map[key]`, NULL where there is no such key.",
    takes(anyMap, any),
    ([map]) => mapOf(map!).valueType,
    ([map, key]) => `map_extract_value(${map}, ${key})`,
    { nullable: true, check: sameKey("get_map_value"), internal: true },
  ),
  scalar(
    "str_to_map",
    "Makes a map of text: pairs are divided by the first delimiter (`,`), key and value by the second (`:`).",
    takesUpTo(2, of(t.stringType), of(t.stringType), of(t.stringType)),
    t.mapType(t.stringType, t.stringType, true),
    stringToMap,
  ),
];
