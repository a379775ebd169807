import type { AggregateCall } from "../expressions/expression.ts";
import * as t from "../types/data-type.ts";
import { keySql } from "./collation-key.ts";
import { partial } from "./define-aggregate.ts";
import type { AggregateFunction, AggregateSql, Apply, NativeStep } from "./function.ts";

/**
 * Aggregates whose state is bytes that TypeScript makes: sketches, bitmaps, histograms. Node has no way to give DuckDB an aggregate, so DuckDB
 * collects a group's values (or hashes of them) in a list, and one call in TypeScript turns the list into bytes. A list is as long as its
 * group has rows in one task, no longer: between tasks only the bytes travel.
 */
export interface Collected {
  /** Unique among aggregates. */
  readonly name: string;
  /** What is collected of a row, and its type; NULLs may be among it. `DISTINCT` before it collects each once. */
  readonly item: (apply: Apply, args: readonly string[], call: AggregateCall) => string;
  readonly itemType: (call: AggregateCall) => t.DataType;
  /** What decides the state beside the items, as SQL and type: a sketch's size, say. */
  readonly settings?: (call: AggregateCall) => readonly (readonly [sql: string, type: t.DataType])[];
  /** The bytes of items, without NULLs unless `nulls`. `types` are those of the settings. */
  readonly build: (items: readonly unknown[], settings: readonly unknown[], types: readonly t.DataType[]) => Uint8Array | null;
  readonly nulls?: true;
  /** The bytes of several such. */
  readonly merge: (states: readonly Uint8Array[], settings: readonly unknown[], types: readonly t.DataType[]) => Uint8Array | null;
  /** The result of the bytes; absent: the bytes. */
  readonly finish?: (state: string, apply: Apply, args: readonly string[], call: AggregateCall) => string;
}

export function collecting(spec: Collected): Pick<AggregateFunction, "complete" | "partial"> {
  const settings = (call: AggregateCall) => spec.settings?.(call) ?? [];
  const step = (call: AggregateCall, suffix: string, type: t.DataType, run: Collected["build"], nulls?: true): NativeStep => {
    const types = settings(call).map(([, of]) => of);
    return {
      name: `${spec.name}_${suffix}`,
      types: [t.arrayType(type), ...types],
      returns: t.binaryType,
      evaluate: ([list, ...rest]) => {
        const items = (list as readonly unknown[] | null) ?? [];
        return run(nulls ? items : items.filter((item) => item !== null), rest, types);
      },
      nulls: true,
    };
  };
  const settingsSql = (call: AggregateCall) => settings(call).map(([sql]) => sql);
  const state: AggregateSql = (apply, args, call) =>
    apply.native(
      step(call, "build", spec.itemType(call), spec.build, spec.nulls),
      apply("list", spec.item(apply, args, call)),
      ...settingsSql(call),
    );
  const finish = spec.finish ?? ((bytes: string) => bytes);
  return {
    complete: (apply, args, call, session) => finish(state(apply, args, call, session), apply, args, call),
    partial: partial(
      () => [[t.binaryType, state]],
      (apply, [bytes], call) => {
        const merge = step(call, "merge", t.binaryType, (states, rest, types) => spec.merge(states as readonly Uint8Array[], rest, types));
        return finish(apply.native(merge, apply("list", bytes!), ...settingsSql(call)), apply, [], call);
      },
    ),
  };
}

/** An integer constant as a setting. */
export const integerSetting = (value: number): readonly [string, t.DataType] => [`CAST(${value} AS INTEGER)`, t.integerType];

/** A value as sketches hash it: a text by its collation's key, and not at all where it equals the empty text. */
export const hashable = (value: string, type: t.DataType): string =>
  type.kind === "string" && type.collation !== undefined ? `nullif(${keySql(value, type)}, ${keySql("''", type)})` : value;
