import { AnalysisError, ExecutionError } from "../errors.ts";
import { integerLiteral } from "../expressions/build.ts";
import type { AggregateCall, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeName, typeSql } from "../expressions/print-type.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { parseSchema } from "../types/ddl.ts";
import type { Value } from "../types/values.ts";
import { collecting, integerSetting } from "./collected.ts";
import { constantOf } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { aggregateOf } from "./define-aggregate.ts";
import { any, anyStruct, type FunctionEntry, of, takesUpTo } from "./function.ts";
import { itemFormOf, itemOf, valueOfItem } from "./sketch/item-form.ts";
import { ItemsSketch } from "./sketch/items.ts";

/** The most frequent values, by DataSketches' sketch of frequent items. Source: Spark's ApproxTopKAggregates.scala and ApproxTopKExpressions.scala. */
const scalar = scalarsOf("misc");
const int = of(t.integerType);

const [DEFAULT_K, DEFAULT_TRACKED, MOST_TRACKED, UNSAID] = [5, 10_000, 1_000_000, -1];

const rejected = (name: string, args: readonly Expression[], msg: string): AnalysisError =>
  new AnalysisError("DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT", {
    sqlExpr: `"${prettyName({ kind: "unresolvedFunction", name, args })}"`,
    msg,
    hint: "",
  });

function checkItem(name: string, args: readonly Expression[]): void {
  const type = typeOf(args[0]!);
  if (!itemFormOf(type)) throw rejected(name, args, `${type.kind} columns are not supported`);
}

/** A positive constant. */
function positive(name: string, args: readonly Expression[], index: number, argName: string, msg: string, otherwise: number): number {
  const arg = args[index];
  if (!arg) return otherwise;
  if (!isFoldable(arg)) throw rejected(name, args, msg);
  const value = constantOf(arg);
  if (value === null) throw new ExecutionError("APPROX_TOP_K_NULL_ARG", { argName: `\`${argName}\`` });
  if (Number(value) > 0) return Number(value);
  throw new ExecutionError("APPROX_TOP_K_NON_POSITIVE_ARG", { argName: `\`${argName}\``, argValue: String(value) });
}

const K_CONSTANT = "K must be a constant literal";
const TRACKED_CONSTANT = "Number of items tracked must be a constant literal";

function tracked(name: string, args: readonly Expression[], index: number, otherwise = DEFAULT_TRACKED!): number {
  const most = positive(name, args, index, "maxItemsTracked", TRACKED_CONSTANT, otherwise);
  if (most <= MOST_TRACKED!) return most;
  const parameters = { maxItemsTracked: String(most), limit: String(MOST_TRACKED) };
  throw new ExecutionError("APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT", parameters);
}

function atLeast(most: number, k: number): void {
  if (most >= k) return;
  throw new ExecutionError("APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K", { maxItemsTracked: String(most), k: String(k) });
}

/** Slots of the table that tracks so many. */
const slotsFor = (most: number): number => 2 ** Math.ceil(Math.log2(Math.ceil(most / 0.75)));

const entryType = (item: t.DataType): t.DataType =>
  t.arrayType(t.structType([t.structField("item", item), t.structField("count", t.longType, false)]), false);
const stateType = (item: t.DataType): t.DataType =>
  t.structType([
    t.structField("sketch", t.binaryType, false),
    t.structField("maxItemsTracked", t.integerType, false),
    t.structField("itemDataType", item),
    t.structField("itemDataTypeDDL", t.stringType, false),
  ]);
const itemTypeOfState = (type: t.DataType): t.DataType => (type as t.StructType).fields[2]!.dataType;
const ddlOf = (type: t.DataType): string => (type.kind === "string" ? "item string not null" : `item ${typeSql(type)} NOT NULL`);

/** A sketch, and how many NULLs were beside its items: eight bytes behind it. */
interface Counted {
  readonly sketch: ItemsSketch;
  nulls: number;
}

const none = (type: t.DataType, most: number): Counted => ({ sketch: new ItemsSketch(itemFormOf(type)!, slotsFor(most)), nulls: 0 });

function bytesOf({ sketch, nulls }: Counted): Uint8Array {
  const count = Buffer.alloc(8);
  count.writeBigInt64BE(BigInt(nulls));
  return Buffer.concat([sketch.toBytes(), count]);
}

function read(type: t.DataType, bytes: Uint8Array): Counted {
  const end = bytes.length - 8;
  const nulls = Number(new DataView(bytes.buffer, bytes.byteOffset + end, 8).getBigInt64(0));
  return { sketch: ItemsSketch.fromBytes(itemFormOf(type)!, bytes.subarray(0, end)), nulls };
}

function merged(type: t.DataType, most: number, states: readonly Uint8Array[]): Uint8Array {
  const all = none(type, most);
  for (const bytes of states) {
    const one = read(type, bytes);
    all.sketch.merge(one.sketch);
    all.nulls += one.nulls;
  }
  return bytesOf(all);
}

/** The `k` most frequent; NULL stands behind what is as frequent. */
function topOf(type: t.DataType, bytes: Uint8Array, k: number): Value {
  const { sketch, nulls } = read(type, bytes);
  const items: (readonly [Value, number])[] = sketch.frequent().map(([item, count]) => [valueOfItem(item, type), count]);
  const at = items.findIndex(([, count]) => count < nulls);
  if (nulls > 0) items.splice(at === -1 ? items.length : at, 0, [null, nulls]);
  return items.slice(0, k).map(([item, count]) => ({ item, count: BigInt(count) }));
}

const number = ({ args }: AggregateCall, index: number): number => Number((args[index] as { value: Value }).value);
const witness = (type: t.DataType): readonly [string, t.DataType] => [`CAST(NULL AS ${sqlTypeOf(type)})`, type];

/** Items of the first argument, tracked up to the constant argument `size`. */
const items = (name: string, size: number) => ({
  name,
  item: (_apply: unknown, [value]: readonly string[]) => value!,
  itemType: (call: AggregateCall) => typeOf(call.args[0]!),
  settings: (call: AggregateCall) => [integerSetting(number(call, size)), witness(typeOf(call.args[0]!))],
  nulls: true as const,
  build: (values: readonly unknown[], [most]: readonly unknown[], [, type]: readonly t.DataType[]) => {
    const counted = none(type!, most as number);
    for (const value of values) {
      if (value === null) counted.nulls++;
      else counted.sketch.update(itemOf(value as Value), 1);
    }
    // As Spark leaves it: what a final aggregate merges of a partial one.
    return merged(type!, most as number, [bytesOf(counted)]);
  },
  merge: (states: readonly Uint8Array[], [most]: readonly unknown[], [, type]: readonly t.DataType[]) =>
    merged(type!, most as number, states),
});

const stateOf = (sketch: string, most: number, type: t.DataType): string =>
  `{sketch: ${sketch}, maxItemsTracked: CAST(${most} AS INTEGER), itemDataType: CAST(NULL AS ${sqlTypeOf(type)}), itemDataTypeDDL: '${ddlOf(type).replaceAll("'", "''")}'}`;

type State = { readonly sketch: Uint8Array; readonly maxItemsTracked: number; readonly itemDataTypeDDL: string };

/** Source: Spark's ApproxTopK.checkStateFieldAndType. */
function checkState(name: string, args: readonly Expression[]): void {
  const { fields } = typeOf(args[0]!) as t.StructType;
  if (fields.length !== 4)
    throw rejected(
      name,
      args,
      `State must be a struct with 4 fields. Expected struct: struct<sketch:binary,maxItemsTracked:int,itemDataType:any,itemDataTypeDDL:string>. Got: ${typeName(typeOf(args[0]!))}`,
    );
  const wanted = [
    ["first", "binary", (type: t.DataType) => type.kind === "binary"],
    ["second", "int", (type: t.DataType) => type.kind === "integer"],
    ["third", "a supported data type", (type: t.DataType) => itemFormOf(type) !== undefined],
    ["fourth", "string", (type: t.DataType) => type.kind === "string"],
  ] as const;
  for (const [i, [position, text, takes]] of wanted.entries()) {
    const type = fields[i]!.dataType;
    if (!takes(type)) throw rejected(name, args, `State struct must have the ${position} field to be ${text}. Got: ${typeName(type)}`);
  }
}

function combine(states: readonly unknown[], [given]: readonly unknown[], [, type]: readonly t.DataType[]): Uint8Array | null {
  const all = states as readonly State[];
  if (all.length === 0) return null;
  const [first, ...others] = all;
  for (const { maxItemsTracked, itemDataTypeDDL } of others) {
    if (given === UNSAID && maxItemsTracked !== first!.maxItemsTracked)
      throw new ExecutionError("APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH", {
        size1: String(first!.maxItemsTracked),
        size2: String(maxItemsTracked),
      });
    if (itemDataTypeDDL === first!.itemDataTypeDDL) continue;
    const [type1, type2] = [first!.itemDataTypeDDL, itemDataTypeDDL].map((ddl) => `"${typeSql(parseSchema(ddl).fields[0]!.dataType)}"`);
    throw new ExecutionError("APPROX_TOP_K_SKETCH_TYPE_NOT_MATCH", { type1: type1!, type2: type2! });
  }
  const most = given === UNSAID ? first!.maxItemsTracked : (given as number);
  const size = Buffer.alloc(4);
  size.writeInt32BE(most);
  return Buffer.concat([
    size,
    merged(
      type!,
      most,
      all.map(({ sketch }) => sketch),
    ),
  ]);
}

/** As `combine`, of its own results: a size, then a sketch. */
function combineParts(parts: readonly Uint8Array[], settings: readonly unknown[], types: readonly t.DataType[]): Uint8Array | null {
  const states = parts.map(
    (part): State => ({
      sketch: part.subarray(4),
      maxItemsTracked: Buffer.from(part).readInt32BE(0),
      itemDataTypeDDL: "",
    }),
  );
  return combine(states, settings, types);
}

export const topKFunctions: readonly FunctionEntry[] = [
  aggregateOf(
    "approx_top_k",
    "Returns the most frequent values with their counts, which are approximate where more than maxItemsTracked differ.",
    takesUpTo(2, any, int, int),
    ([type]) => entryType(type!),
    collecting({
      ...items("approx_top_k", 2),
      finish: (state, apply, _args, call) => {
        const type = typeOf(call.args[0]!);
        const evaluate = ([bytes, k]: readonly unknown[]) => topOf(type, bytes as Uint8Array, k as number);
        const step = { name: "approx_top_k_top", types: [t.binaryType, t.integerType], returns: call.type, evaluate };
        return apply.native(step, state, `CAST(${number(call, 1)} AS INTEGER)`);
      },
    }),
    {
      nullable: false,
      check: (args) => {
        checkItem("approx_top_k", args);
        const k = positive("approx_top_k", args, 1, "k", K_CONSTANT, DEFAULT_K!);
        const most = tracked("approx_top_k", args, 2);
        atLeast(most, k);
        return [args[0]!, integerLiteral(k), integerLiteral(most)];
      },
    },
  ),
  aggregateOf(
    "approx_top_k_accumulate",
    "Returns a sketch of the values for approx_top_k_estimate.",
    takesUpTo(1, any, int),
    ([type]) => stateType(type!),
    collecting({
      ...items("approx_top_k_accumulate", 1),
      finish: (state, _apply, _args, call) => stateOf(state, number(call, 1), typeOf(call.args[0]!)),
    }),
    {
      nullable: false,
      check: (args) => {
        checkItem("approx_top_k_accumulate", args);
        return [args[0]!, integerLiteral(tracked("approx_top_k_accumulate", args, 1))];
      },
    },
  ),
  aggregateOf(
    "approx_top_k_combine",
    "Merges sketches of approx_top_k_accumulate.",
    takesUpTo(1, anyStruct, int),
    ([type]) => stateType(itemTypeOfState(type!)),
    collecting({
      name: "approx_top_k_combine",
      item: (_apply, [value]) => value!,
      itemType: (call) => typeOf(call.args[0]!),
      settings: (call) => [integerSetting(number(call, 1)), witness(itemTypeOfState(typeOf(call.args[0]!)))],
      build: combine,
      merge: combineParts,
      finish: (state, apply, _args, call) => {
        const type = itemTypeOfState(call.type);
        const evaluate = ([bytes]: readonly unknown[]) => ({
          sketch: (bytes as Uint8Array).subarray(4),
          maxItemsTracked: Buffer.from(bytes as Uint8Array).readInt32BE(0),
          itemDataType: null,
          itemDataTypeDDL: ddlOf(type),
        });
        return apply.native({ name: "approx_top_k_state", types: [t.binaryType], returns: call.type, evaluate }, state);
      },
    }),
    {
      nullable: false,
      check: (args) => {
        checkState("approx_top_k_combine", args);
        return [args[0]!, integerLiteral(args[1] ? tracked("approx_top_k_combine", args, 1) : UNSAID!)];
      },
    },
  ),
  scalar(
    "approx_top_k_estimate",
    "Returns the most frequent values of a sketch of approx_top_k_accumulate, with their counts.",
    takesUpTo(1, anyStruct, int),
    ([type]) => entryType(itemTypeOfState(type!)),
    (args, call) => {
      const type = itemTypeOfState(typeOf(call.args[0]!));
      void args;
      return {
        evaluate: ([state, given]) => {
          const { sketch, maxItemsTracked } = state as State;
          const k = (given as number | undefined) ?? DEFAULT_K!;
          atLeast(maxItemsTracked, k);
          return topOf(type, sketch, k);
        },
      };
    },
    {
      check: (args) => {
        checkState("approx_top_k_estimate", args);
        const k = positive("approx_top_k_estimate", args, 1, "k", K_CONSTANT, DEFAULT_K!);
        return [args[0]!, integerLiteral(k)];
      },
    },
  ),
];
