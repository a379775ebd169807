import { AnalysisError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { elementType, sameElement } from "./alignment.ts";
import { concatArraysSql, hasNull } from "./array-set.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { extremeSql, sortedSql } from "./by-keys.ts";
import { requireConstant } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { any, anyArray, exactly, type FunctionEntry, of, raise, type SessionSettings, takes, takesMany, takesUpTo } from "./function.ts";
import { placeOf } from "./random.ts";
import { sequence } from "./sequence.ts";
import { checkNames } from "./struct.ts";

/** Arrays changed: elements put in, taken out, ordered, joined. */
const scalar = scalarsOf("array");
const same = ([type]: readonly t.DataType[]) => type!;
const withNulls = ([type]: readonly t.DataType[]) => t.arrayType(elementType(type!), true);
const int = of(t.integerType);

const slice = (list: string, start: string, length: string) =>
  bindOnce([list, start, length], ([l, s, n]) => {
    const wrong = (parameter: string, text: string) =>
      raise(`INVALID_PARAMETER_VALUE.${parameter}`, {
        parameter: `'\`${parameter.toLowerCase()}\`'`,
        functionName: "'`slice`'",
        [text]: n!,
      });
    const from = `(CASE WHEN ${s} < 0 THEN len(${l}) + ${s} + 1 ELSE ${s} END)`;
    return `(CASE WHEN ${l} IS NULL OR ${s} IS NULL OR ${n} IS NULL THEN NULL WHEN ${s} = 0 THEN ${wrong("START", "start")} WHEN ${n} < 0 THEN ${wrong("LENGTH", "length")} WHEN ${from} < 1 OR ${n} = 0 THEN list_slice(${l}, 1, 0) ELSE list_slice(${l}, ${from}, ${from} + ${n} - 1) END)`;
  });

/** Positions beyond the ends are reached by NULLs; -1 is after the last element, or in older versions of Spark before it. */
const insert = (list: string, position: string, value: string, { insertsBeforeNegative }: SessionSettings) =>
  bindOnce([list, position, value], ([l, p, v]) => {
    const after = `list_slice(${l}, 1, ${p} - 1) || [${v}] || list_slice(${l}, ${p}, len(${l}))`;
    const beyond = `list_append(list_resize(${l}, ${p} - 1, NULL), ${v})`;
    const at = `(len(${l}) + ${p}${insertsBeforeNegative ? "" : " + 1"})`;
    const fromEnd = `list_slice(${l}, 1, ${at}) || [${v}] || list_slice(${l}, ${at} + 1, len(${l}))`;
    const before = `[${v}] || list_resize(list_slice(${l}, 1, 0), -${at}, NULL) || ${l}`;
    return `(CASE WHEN ${l} IS NULL OR ${p} IS NULL THEN NULL WHEN ${p} = 0 THEN ${raise("INVALID_INDEX_OF_ZERO")} WHEN ${p} > len(${l}) THEN ${beyond} WHEN ${p} > 0 THEN ${after} WHEN ${at} >= 0 THEN ${fromEnd} ELSE ${before} END)`;
  });

const join = ([list, delimiter, replacement]: readonly string[]) => {
  const x = freeName([list!, replacement ?? ""], "e");
  const texts = replacement === undefined ? list! : `list_transform(${list}, lambda ${x}: coalesce(${x}, ${replacement}))`;
  return bindOnce([texts, delimiter!], ([l, d]) => {
    const guard = replacement === undefined ? "" : ` OR ${replacement} IS NULL`;
    return `(CASE WHEN ${l} IS NULL OR ${d} IS NULL${guard} THEN NULL ELSE coalesce(array_to_string(list_filter(${l}, lambda ${x}: ${x} IS NOT NULL), ${d}), '') END)`;
  });
};

/** Fields take the arguments' names where they have one, else their positions from 0. Source: Spark's ArraysZip. */
function zipType(types: readonly t.DataType[], args: readonly Expression[]): t.DataType {
  const names = args.map((arg, i) => nameOf(arg) ?? String(i));
  checkNames(names);
  return t.arrayType(t.structType(types.map((type, i) => t.structField(names[i]!, elementType(type), true))), false);
}

function nameOf(arg: Expression): string | undefined {
  if (arg.kind === "attribute" || arg.kind === "alias") return arg.name;
  if (arg.kind === "call" && arg.name.startsWith("get_") && arg.args[1]?.kind === "literal" && typeof arg.args[1].value === "string")
    return arg.args[1].value;
  return undefined;
}

function zip(args: readonly string[], call: Call): string {
  if (args.length === 0) return `CAST([] AS ${sqlTypeOf(call.type)})`;
  return bindOnce(args, (lists) => {
    const zipped = `CAST(list_zip(${lists.join(", ")}) AS ${sqlTypeOf(call.type)})`;
    return `(CASE WHEN ${lists.map((l) => `${l} IS NULL`).join(" OR ")} THEN NULL ELSE ${zipped} END)`;
  });
}

function requireOrderable(name: string) {
  return (args: readonly Expression[]): readonly Expression[] => {
    if (containsMap(elementType(typeOf(args[0]!))))
      throw new AnalysisError("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", {
        sqlExpr: `"${name}"`,
        functionName: `\`${name}\``,
        dataType: '"MAP"',
      });
    return args;
  };
}

const containsMap = (type: t.DataType): boolean =>
  type.kind === "map" ||
  (type.kind === "array" && containsMap(type.elementType)) ||
  (type.kind === "struct" && type.fields.some((f) => containsMap(f.dataType)));

const sortArray = ([list, ascending = "true"]: readonly string[], call: Call) => {
  const element = elementType(typeOf(call.args[0]!));
  const up = sortedSql(list!, element, "ASC", "FIRST");
  const down = sortedSql(list!, element, "DESC", "LAST");
  return ascending === "true"
    ? up
    : ascending === "false"
      ? down
      : `(CASE WHEN ${ascending} THEN ${up} WHEN NOT ${ascending} THEN ${down} END)`;
};

/** A random order; the same one for a given seed. */
const shuffle = ([list, seed]: readonly string[]) => {
  const [x, i] = [freeName([list!, seed ?? ""], "x"), freeName([list!, seed ?? ""], "i")];
  if (seed !== undefined) {
    return bindOnce(
      [list!, `firecrest_random_order(${placeOf(seed)}, CAST(coalesce(len(${list}), 0) AS INTEGER))`],
      ([l, order]) => `(CASE WHEN ${l} IS NOT NULL THEN list_transform(${order}, lambda ${i}: ${l}[${i} + 1]) END)`,
    );
  }
  return `list_transform(list_sort(list_transform(${list}, lambda ${x}, ${i}: {'r': random(), 'i': ${i}, 'x': ${x}})), lambda ${x}: ${x}.x)`;
};

const flattened = (list: string) => bindOnce([list], ([l]) => `(CASE WHEN ${hasNull(l!)} THEN NULL ELSE flatten(${l}) END)`);

export const arrayEditFunctions: readonly FunctionEntry[] = [
  scalar(
    "array_join",
    "Joins the elements with a delimiter; NULLs are left out or replaced.",
    takesUpTo(1, of(t.arrayType(t.stringType)), of(t.stringType), of(t.stringType)),
    t.stringType,
    join,
  ),
  scalar(
    "array_max",
    "Returns the greatest element, skipping NULLs.",
    takes(anyArray),
    ([l]) => elementType(l!),
    ([l], call) => extremeSql("list_max", l!, call.type),
    {
      nullable: true,
      check: requireOrderable("array_max"),
    },
  ),
  scalar(
    "array_min",
    "Returns the least element, skipping NULLs.",
    takes(anyArray),
    ([l]) => elementType(l!),
    ([l], call) => extremeSql("list_min", l!, call.type),
    {
      nullable: true,
      check: requireOrderable("array_min"),
    },
  ),
  scalar(
    "array_repeat",
    "Returns an array of a value that many times.",
    takes(any, int),
    ([type], args) => t.arrayType(type!, isNullable(args[0]!)),
    ([value, count], call) => `CAST(repeat([${value}], ${count}) AS ${sqlTypeOf(call.type)})`,
    { nullable: ([, count]) => isNullable(count!) },
  ),
  scalar(
    "array_append",
    "Returns the array with a value at its end.",
    takes(anyArray, any),
    withNulls,
    ([l, v], call) => concatArraysSql([l!, `[${v}]`], call.type),
    {
      nullable: ([list]) => isNullable(list!),
      check: sameElement("array_append"),
    },
  ),
  scalar(
    "array_prepend",
    "Returns the array with a value at its start.",
    takes(anyArray, any),
    withNulls,
    ([l, v], call) => concatArraysSql([`[${v}]`, l!], call.type),
    {
      nullable: ([list]) => isNullable(list!),
      check: sameElement("array_prepend"),
    },
  ),
  scalar(
    "array_insert",
    "Returns the array with a value put in at a position from 1, or from the end where negative.",
    takes(anyArray, int, any),
    withNulls,
    ([l, p, v], _call, session) => insert(l!, p!, v!, session),
    {
      nullable: ([list, position]) => isNullable(list!) || isNullable(position!),
      check: ([list, position, value], session) => {
        const [l, v] = sameElement("array_insert")([list!, value!], session);
        return [l!, position!, v!];
      },
    },
  ),
  scalar("arrays_zip", "Returns an array of structs of the elements at the same position.", takesMany(0, anyArray), zipType, (args, call) =>
    zip(args, call),
  ),
  scalar(
    "sort_array",
    "Sorts an array; NULLs come first when ascending, last when descending.",
    exactly(takesUpTo(1, anyArray, of(t.booleanType))),
    same,
    sortArray,
    {
      check: (args) => {
        requireConstant("sort_array", args, 1, "ascendingOrder");
        return requireOrderable("sort_array")(args);
      },
    },
  ),
  scalar("shuffle", "Returns the elements in a random order.", takesUpTo(1, anyArray, of(t.longType)), same, shuffle, {
    deterministic: false,
    positional: (args) => args.length === 2,
  }),
  scalar(
    "slice",
    "Returns the elements from a position (from 1, or from the end where negative) on, at most that many.",
    takes(anyArray, int, int),
    same,
    ([l, s, n]) => slice(l!, s!, n!),
  ),
  scalar(
    "flatten",
    "Joins the arrays of an array; NULL if one of them is.",
    takes(anyArray),
    ([l]) => elementType(l!),
    ([l]) => flattened(l!),
    {
      nullable: ([list]) => isNullable(list!) || (typeOf(list!) as t.ArrayType).containsNull,
    },
  ),
  sequence,
];
