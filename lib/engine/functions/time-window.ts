import { AnalysisError, FirecrestError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import { durationMicros } from "./duration.ts";
import { any, anyStruct, type FunctionEntry, of, takes, takesUpTo } from "./function.ts";

/** Tumbling and sliding windows over time. Source: Spark's TimeWindow and TimeWindowing. */
const scalar = scalarsOf("datetime");
const moment = of(t.timestampType, t.timestampNtzType);

interface Shape {
  readonly length: bigint;
  readonly slide: bigint;
  readonly start: bigint;
}

function shapeOf(args: readonly Expression[]): Shape {
  const [length, slide, start] = args.slice(1).map((arg) => {
    if (arg.kind === "literal" && typeof arg.value === "string") return durationMicros(arg.value);
    throw new FirecrestError("FIRECREST_UNSUPPORTED", {
      feature: "A window duration that is not a text literal",
      advice: "Write it as a literal.",
    });
  });
  const shape = { length: length!, slide: slide ?? length!, start: start ?? 0n };
  if (
    shape.length <= 0n ||
    shape.slide <= 0n ||
    shape.slide > shape.length ||
    (shape.start < 0n ? -shape.start : shape.start) >= shape.slide
  ) {
    throw new AnalysisError("DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION", {
      sqlExpr: '"window"',
      leftExprName: "`slide_duration`",
      leftExprValue: String(shape.slide),
      constraint: "<=",
      rightExprName: "`window_duration`",
      rightExprValue: String(shape.length),
    });
  }
  return shape;
}

/** Whether a `window` call puts one row into several windows. */
export const isSliding = (window: Call): boolean => slides(window.args);

function slides(args: readonly Expression[]): boolean {
  const { length, slide } = shapeOf(args);
  return slide !== length;
}

const windowType = ([time]: readonly t.DataType[]) => t.structType([t.structField("start", time!), t.structField("end", time!)]);

/** `{start, end}` of the window that began `back` slides before the last one that holds the time. */
function windowSql(time: string, { length, slide, start }: Shape, back: string, type: t.DataType): string {
  const make = type.kind === "timestamp" ? "make_timestamptz" : "make_timestamp";
  const us = `epoch_us(${time})`;
  const last = `(${us} - (((${us} - ${start}) % ${slide}) + ${slide}) % ${slide})`;
  const begin = `(${last} - ${back} * ${slide})`;
  return `struct_pack("start" := ${make}(${begin}), "end" := ${make}(${begin} + ${length}))`;
}

const check = (args: readonly Expression[]) => {
  shapeOf(args);
  return args;
};

/** The analyzer leaves no row without a time to `window`, and explodes `time_windows` where windows slide. */
export const timeWindowFunctions: readonly FunctionEntry[] = [
  scalar(
    "window",
    "Returns the time window that holds a time, as a struct of start and end: window(time, length[, slide[, start]]).",
    takesUpTo(2, moment, any, any, any),
    windowType,
    ([time], call) => {
      const shape = shapeOf(call.args);
      if (shape.slide !== shape.length) {
        throw new FirecrestError("FIRECREST_UNSUPPORTED", {
          feature: "A sliding window outside a grouping or a projection",
          advice: "Compute it by withColumn.",
        });
      }
      return bindOnce([time!], ([x]) => `(CASE WHEN ${x} IS NOT NULL THEN ${windowSql(x!, shape, "0", typeOf(call.args[0]!))} END)`);
    },
    { nullable: slides, check },
  ),
  scalar(
    "time_windows",
    "Returns every time window that holds a time, the latest last.",
    takesUpTo(2, moment, any, any, any),
    (types) => t.arrayType(windowType(types), false),
    ([time], call) => {
      const shape = shapeOf(call.args);
      return bindOnce([time!], ([x]) => {
        const i = freeName([x!], "i");
        const most = (shape.length + shape.slide - 1n) / shape.slide - 1n;
        const windows = `list_transform(generate_series(${most}, 0, -1), lambda ${i}: ${windowSql(x!, shape, i, typeOf(call.args[0]!))})`;
        const w = freeName([x!], "w");
        return `(CASE WHEN ${x} IS NOT NULL THEN list_filter(${windows}, lambda ${w}: ${w}."end" > ${x}) END)`;
      });
    },
    { nullable: ([time]) => isNullable(time!), check, internal: true },
  ),
  scalar(
    "session_window",
    "Returns the session that holds a time, as a struct of start and end: those that follow each other within a gap are one in GROUP BY.",
    takes(moment, any),
    windowType,
    () => {
      throw new FirecrestError("FIRECREST_UNSUPPORTED", {
        feature: "session_window outside a grouping or a projection",
        advice: "Compute it by withColumn.",
      });
    },
    { nullable: false },
  ),
  scalar(
    "window_time",
    "Returns the last instant of a time window.",
    takes(anyStruct),
    ([window]) => (window as t.StructType).fields[1]!.dataType,
    ([window], call) => {
      const end = `epoch_us(struct_extract(${window}, 'end'))`;
      return call.type.kind === "timestamp" ? `make_timestamptz(${end} - 1)` : `make_timestamp(${end} - 1)`;
    },
  ),
];
