import { integerLiteral } from "../expressions/build.ts";
import type { AggregateCall, Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { DayTimeInterval, Decimal, LocalDate, LocalDateTime, Timestamp, type Value, YearMonthInterval } from "../types/values.ts";
import { collecting, integerSetting } from "./collected.ts";
import { constantOf, requireConstant, unexpectedNull, valueOutOfRange } from "./constant.ts";
import { aggregateOf } from "./define-aggregate.ts";
import { type FunctionEntry, of, takes } from "./function.ts";
import { JavaRandom } from "./sketch/java-random.ts";

/**
 * histogram_numeric: bins of centres and heights, the nearest two of which are merged while there are too many.
 * Source: Ben-Haim and Tom-Tov, A Streaming Parallel Decision Tree Algorithm (2010), and Spark's HistogramNumeric.
 */
const SEED = 31183n;

interface Bin {
  x: number;
  y: number;
}

class Histogram {
  readonly #most: number;
  readonly #chance = new JavaRandom(SEED);
  readonly bins: Bin[];

  constructor(most: number, bins: Bin[] = []) {
    this.#most = most;
    this.bins = bins;
  }

  add(value: number): void {
    let [low, high] = [0, this.bins.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.bins[middle]!.x < value) low = middle + 1;
      else high = middle;
    }
    if (this.bins[low]?.x === value) this.bins[low]!.y++;
    else {
      this.bins.splice(low, 0, { x: value, y: 1 });
      this.#trim();
    }
  }

  merge(other: readonly Bin[]): void {
    this.bins.push(...other);
    this.bins.sort((a, b) => a.x - b.x);
    this.#trim();
  }

  /** Among pairs that are as near, one is drawn, as Spark draws it. */
  #trim(): void {
    const { bins } = this;
    while (bins.length > this.#most) {
      let [nearest, at, ties] = [bins[1]!.x - bins[0]!.x, 0, 1];
      for (let i = 1; i < bins.length - 1; i++) {
        const distance = bins[i + 1]!.x - bins[i]!.x;
        if (distance < nearest) [nearest, at, ties] = [distance, i, 1];
        else if (distance === nearest && this.#chance.nextDouble() <= 1 / ++ties) at = i;
      }
      const [left, right] = [bins[at]!, bins[at + 1]!];
      const height = left.y + right.y;
      left.x = left.x * (left.y / height) + (right.x / height) * right.y;
      left.y = height;
      bins.splice(at + 1, 1);
    }
  }
}

const bytesOf = (bins: readonly Bin[]): Uint8Array => new Uint8Array(Float64Array.from(bins.flatMap(({ x, y }) => [x, y])).buffer);

function binsOf(bytes: Uint8Array): Bin[] {
  const numbers = new Float64Array(Uint8Array.from(bytes).buffer);
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({ x: numbers[2 * i]!, y: numbers[2 * i + 1]! }));
}

/** The number that Spark keeps for a value. */
function numberOf(value: unknown): number {
  if (value instanceof LocalDate) return value.epochDays;
  if (value instanceof Timestamp || value instanceof LocalDateTime) return Number(value.epochMicros);
  if (value instanceof DayTimeInterval) return Number(value.micros);
  if (value instanceof YearMonthInterval) return value.months;
  return Number(String(value));
}

/** A centre as a value of the argument's type; fractions of whole units are cut. */
function valueOfCentre(x: number, type: t.DataType): Value {
  switch (type.kind) {
    case "date":
      return new LocalDate(Math.trunc(x));
    case "timestamp":
      return new Timestamp(BigInt(Math.trunc(x)));
    case "timestamp_ntz":
      return new LocalDateTime(BigInt(Math.trunc(x)));
    case "day-time interval":
      return new DayTimeInterval(BigInt(Math.trunc(x)));
    case "year-month interval":
      return new YearMonthInterval(Math.trunc(x));
    case "long":
      return BigInt(Math.trunc(x));
    case "decimal":
      return rounded(x, type);
    case "double":
      return x;
    case "float":
      return Math.fround(x);
    default:
      return Math.trunc(x);
  }
}

/** Half up at the type's scale. */
function rounded(x: number, { scale, precision }: t.DecimalType): Decimal {
  const exact = Decimal.parse(x.toPrecision(Math.min(Math.max(precision, 1), 17)));
  if (exact.scale <= scale) return new Decimal(exact.unscaled * 10n ** BigInt(scale - exact.scale), scale);
  const unit = 10n ** BigInt(exact.scale - scale);
  const half = exact.unscaled < 0n ? -unit / 2n : unit / 2n;
  return new Decimal((exact.unscaled + half) / unit, scale);
}

const NUMBERS = [t.doubleType, t.byteType, t.shortType, t.integerType, t.longType, t.floatType, t.decimalType()];
const TAKEN = [...NUMBERS, t.dateType, t.timestampType, t.timestampNtzType, t.yearMonthIntervalType(), t.dayTimeIntervalType()];
const LEAST_BINS = 2;
const NAME = "histogram_numeric";

function check(args: readonly Expression[]): readonly Expression[] {
  requireConstant(NAME, args, 1, "nb");
  const bins = constantOf(args[1]!);
  if (bins === null) throw unexpectedNull(NAME, args, "nb");
  if (Number(bins) < LEAST_BINS) throw valueOutOfRange(NAME, args, "nb", "[2, 2147483647]", String(bins));
  return [args[0]!, integerLiteral(Number(bins))];
}

const resultType = (type: t.DataType): t.DataType =>
  t.arrayType(t.structType([t.structField("x", type), t.structField("y", t.doubleType)]));

export const histogramAggregates: readonly FunctionEntry[] = [
  aggregateOf(
    NAME,
    "Returns a histogram of at most so many bins: an array of their centres and heights.",
    takes(of(...TAKEN), of(t.integerType)),
    ([type]) => resultType(type!),
    collecting({
      name: NAME,
      item: (_apply, [value]) => value!,
      itemType: (call) => typeOf(call.args[0]!),
      settings: ({ args }: AggregateCall) => [integerSetting(args[1]?.kind === "literal" ? Number(args[1].value) : LEAST_BINS)],
      build: (values, [most]) => {
        const histogram = new Histogram(most as number);
        for (const value of values) histogram.add(numberOf(value));
        return bytesOf(histogram.bins);
      },
      merge: (states, [most]) => {
        const histogram = new Histogram(most as number);
        for (const bytes of states) histogram.merge(binsOf(bytes));
        return bytesOf(histogram.bins);
      },
      finish: (state, apply, _args, call) => {
        const x = typeOf(call.args[0]!);
        const evaluate = ([bytes]: readonly unknown[]) => {
          const bins = binsOf(bytes as Uint8Array);
          return bins.length === 0 ? null : bins.map((bin) => ({ x: valueOfCentre(bin.x, x), y: bin.y }));
        };
        return apply.native({ name: "histogram_numeric_bins", types: [t.binaryType], returns: call.type, evaluate }, state);
      },
    }),
    { check },
  ),
];
