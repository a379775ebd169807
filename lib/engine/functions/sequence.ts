import { AnalysisError } from "../errors.ts";
import type { Call } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { any, common, raise, type ScalarFunction, type SessionSettings, takesUpTo } from "./function.ts";
import { duckdbInterval } from "./interval.ts";
import { localTimestamp, ofLocalTimestamp } from "./session-time.ts";

/** Spark's bound on the length of an array. */
const MAX_ELEMENTS = 2_147_483_632;

const illegal = (start: string, stop: string, step: string) => raise("FIRECREST_ILLEGAL_SEQUENCE", { start, stop, step });

/** NULL of NULLs, an error of a step that never arrives; `size` is the number of steps, `sign` the step's direction. */
function bounded(start: string, stop: string, step: string, sign: string, series: string): string {
  const legal = `(${sign} > 0 AND ${start} <= ${stop}) OR (${sign} < 0 AND ${start} >= ${stop}) OR ${start} = ${stop}`;
  return `(CASE WHEN ${start} IS NULL OR ${stop} IS NULL OR ${step} IS NULL THEN NULL WHEN ${legal} THEN ${series} ELSE ${illegal(start, stop, step)} END)`;
}

function integers(args: readonly string[], call: Call): string {
  return bindOnce(args, ([start, stop, given]) => {
    const step = given ?? `(CASE WHEN ${start} <= ${stop} THEN 1 ELSE -1 END)`;
    const size = `abs(CAST(${stop} AS HUGEINT) - ${start}) // abs(${step})`;
    const tooLong = raise("COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER", {
      numberOfElements: size,
      maxRoundedArrayLength: String(MAX_ELEMENTS),
      functionName: "'`sequence`'",
      parameter: "'`length`'",
    });
    const series = `(CASE WHEN ${start} = ${stop} THEN [${start}] WHEN ${size} >= ${MAX_ELEMENTS} THEN ${tooLong} ELSE generate_series(${start}, ${stop}, ${step}) END)`;
    return `CAST(${bounded(start!, stop!, step, step, series)} AS ${sqlTypeOf(call.type)})`;
  });
}

/** Every element is the start plus a multiple of the step, so that months do not drift. Source: Spark's TemporalSequenceImpl. */
function times(args: readonly string[], call: Call, session: SessionSettings): string {
  const type = typeOf(call.args[0]!);
  const zoned = type.kind === "timestamp" && ofLocalTimestamp("x", type, session.timeZone).startsWith("(CASE");
  if (zoned && call.session) {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: "A sequence of timestamps in a view of another time zone",
      advice: `Set spark.sql.session.timeZone to ${session.timeZone}, or make the view again.`,
    });
  }
  const base = (sql: string) => (zoned ? sql : localTimestamp(sql, type, session.timeZone));
  const given = args[2];
  const step = given === undefined ? undefined : duckdbInterval(given, typeOf(call.args[2]!));
  const series = bindOnce([base(args[0]!), base(args[1]!)], ([start, stop]) =>
    bindOnce([step ?? `(CASE WHEN ${start} <= ${stop} THEN to_days(1) ELSE to_days(-1) END)`], ([by]) => {
      const i = freeName([start!, stop!, by!], "i");
      const sign = `sign(epoch_us(${by}))`;
      // A month has 30 days in epoch_us and at least 28 on the calendar: the count is never too small.
      const count = `abs(epoch_us(${stop}) - epoch_us(${start})) // greatest(1, abs(epoch_us(${by})) * 9 // 10)`;
      const value = `(${start} + ${by} * ${i})`;
      const element = zoned ? value : ofLocalTimestamp(value, type, session.timeZone);
      const candidates = `list_filter(generate_series(0, ${count}), lambda ${i}: CASE WHEN ${sign} > 0 THEN ${value} <= ${stop} ELSE ${value} >= ${stop} END)`;
      const all = `(CASE WHEN ${start} = ${stop} THEN [${zoned ? start : ofLocalTimestamp(start!, type, session.timeZone)}] ELSE list_transform(${candidates}, lambda ${i}: ${element}) END)`;
      return bounded(start!, stop!, by!, sign, all);
    }),
  );
  return `CAST(${series} AS ${sqlTypeOf(call.type)})`;
}

export const sequence: ScalarFunction = {
  kind: "scalar",
  names: ["sequence"],
  group: "array",
  doc: "Returns an array from a start to a stop, both included, by a step: numbers by a number, dates and timestamps by an interval.",
  signature: takesUpTo(1, common, common, any),
  returns: ([type]) => t.arrayType(type!, false),
  implementation: (args, call, session) => (t.isIntegral(typeOf(call.args[0]!)) ? integers(args, call) : times(args, call, session)),
};
