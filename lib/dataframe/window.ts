import { integerLiteral } from "../engine/expressions/build.ts";
import type { FrameBound, WindowCall, WindowFrame } from "../engine/expressions/expression.ts";
import { type ColumnOrName, columnExpression } from "./column.ts";
import { type LiteralInput, literalOf } from "./literal.ts";
import { sortKey } from "./sort-keys.ts";

type ColumnItems = readonly (ColumnOrName | readonly ColumnOrName[])[];
/** A frame's edge, from the current row: negative is before it, positive after it. */
type RowOffset = number | bigint;
/** An edge by value of the ordering column: a number, or an interval. */
type RangeOffset = Exclude<LiteralInput, null | string | boolean | readonly LiteralInput[] | ReadonlyMap<LiteralInput, LiteralInput>>;

/** How a window function sees its rows, as `pyspark.sql.WindowSpec`. Made by Window. */
export class WindowSpec {
  /** @internal */
  readonly parts: Pick<WindowCall, "partitionBy" | "orderBy" | "frame">;

  /** @internal */
  constructor(parts: Pick<WindowCall, "partitionBy" | "orderBy" | "frame">) {
    this.parts = parts;
  }
  /** Rows with equal values of these are seen together. */
  partitionBy(...columns: ColumnItems): WindowSpec {
    return new WindowSpec({ ...this.parts, partitionBy: columns.flat().map(columnExpression) });
  }
  orderBy(...columns: ColumnItems): WindowSpec {
    return new WindowSpec({ ...this.parts, orderBy: columns.flat().map(sortKey) });
  }
  /** The frame by numbers of rows, both edges included. */
  rowsBetween(start: RowOffset, end: RowOffset): WindowSpec {
    return this.#framed("rows", start, end, (offset) => {
      if (!Number.isInteger(Number(offset))) throw new RangeError(`rowsBetween counts rows: ${String(offset)} is not a whole number`);
      return integerLiteral(Number(offset));
    });
  }
  /** The frame by values of the one ordering column, both edges included. */
  rangeBetween(start: RangeOffset, end: RangeOffset): WindowSpec {
    return this.#framed("range", start, end, literalOf);
  }

  #framed<O extends LiteralInput>(
    unit: WindowFrame["unit"],
    start: O,
    end: O,
    literal: (offset: O) => ReturnType<typeof literalOf>,
  ): WindowSpec {
    const bound = (offset: O): FrameBound => {
      if (offset === Window.unboundedPreceding) return { kind: "unboundedPreceding" };
      if (offset === Window.unboundedFollowing) return { kind: "unboundedFollowing" };
      if (offset === 0 || offset === 0n) return { kind: "currentRow" };
      return { kind: "offset", offset: literal(offset) };
    };
    return new WindowSpec({ ...this.parts, frame: { unit, lower: bound(start), upper: bound(end) } });
  }
}

const empty = new WindowSpec({ partitionBy: [], orderBy: [] });

/** Makes windows, as `pyspark.sql.Window`: `Window.partitionBy("shop").orderBy(col("amount").desc())`. */
export const Window = {
  unboundedPreceding: Number.NEGATIVE_INFINITY,
  unboundedFollowing: Number.POSITIVE_INFINITY,
  currentRow: 0,
  partitionBy: (...columns: ColumnItems): WindowSpec => empty.partitionBy(...columns),
  orderBy: (...columns: ColumnItems): WindowSpec => empty.orderBy(...columns),
  rowsBetween: (start: RowOffset, end: RowOffset): WindowSpec => empty.rowsBetween(start, end),
  rangeBetween: (start: RangeOffset, end: RangeOffset): WindowSpec => empty.rangeBetween(start, end),
} as const;
