import type { Attribute } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import { type EmitContext, emit } from "../kernel/emit.ts";
import { exactSql } from "../kernel/exact-type.ts";
import { sortKey } from "../kernel/fragment.ts";
import { widthOf } from "../stages/combining.ts";
import type { ShuffleKey, StageOutput } from "../stages/stage.ts";
import { binaryType } from "../types/data-type.ts";

/** The one column of a sample of sort keys. */
export const sortKeyColumn: Attribute = { kind: "attribute", id: 0, name: "sort_key", type: binaryType, nullable: true };

/**
 * The number of the partition that a row goes to, as SQL. Equal values have equal hashes in DuckDB (0.0 and -0.0, and
 * the numeric types, too). `sample` is a SELECT of the sampled sort keys of a range exchange; `task` spreads round robins.
 */
export function partitionSql(key: ShuffleKey, partitions: number, task: number, sample: () => string, context: EmitContext): string {
  switch (key.kind) {
    case "single":
      return "0";
    case "roundRobin":
      return `CAST((row_number() OVER () + ${task}) % ${partitions} AS INTEGER)`;
    case "hash": {
      const values = key.expressions.map((e) => exactSql(emit(e, context), typeOf(e)));
      return `CAST(hash(${values.join(", ")}) % ${partitions} AS INTEGER)`;
    }
    case "range":
      return `CAST(len(list_filter((${boundaries(sample(), partitions)}), lambda boundary: boundary < ${sortKey(key.order, context)})) AS INTEGER)`;
  }
}

/** The number of the block that a row goes to: its partition, or in a shuffle of two passes what stands for it. See partitionSql. */
export function blockSql(
  { by, partitions, combining }: Extract<StageOutput, { readonly kind: "shuffle" }>,
  task: number,
  sample: () => string,
  context: EmitContext,
): string {
  if (!combining) return partitionSql(by, partitions, task, sample, context);
  const { pass, width } = combining;
  // Rows that may go anywhere must not go beyond the last partition of a narrower last range.
  if (pass === 2 && by.kind === "roundRobin") return partitionSql(by, widthOf(combining, task), task, sample, context);
  return `(${partitionSql(by, combining.partitions, task, sample, context)}) ${pass === 1 ? "//" : "%"} ${width}`;
}

/** The n - 1 sampled keys at equal distances; fewer where keys repeat, so that equal keys stay in one partition. */
function boundaries(sample: string, partitions: number): string {
  const sorted = `SELECT list(sort_key ORDER BY sort_key) AS keys FROM (${sample}) AS sampled(sort_key)`;
  return `SELECT list_distinct(list_transform(range(1, ${partitions}), lambda i: keys[CAST(ceil(i * len(keys) / ${partitions}) AS INTEGER)])) FROM (${sorted})`;
}
