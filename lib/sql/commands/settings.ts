import { AnalysisError } from "../../engine/errors.ts";
import { isSecret, settingIn } from "../../engine/setting.ts";
import { readSettings } from "../../engine/settings.ts";
import { DayTimeInterval, YearMonthInterval } from "../../engine/types/values.ts";
import { nothing, rowsOutcome, type StatementOutcome, text } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { Command } from "./commands.ts";

const TIME_ZONE = "spark.sql.session.timeZone";
const KEY_VALUE = [text("key"), text("value")];

/** `SET`, `SET -v`, `SET key`, `SET key = value`. Source: Spark's SetCommand. */
export const set: Command<"set"> = async ({ key, value, verbose }, { session: { conf } }) => {
  if (key === undefined) {
    const all = Object.entries(conf.getAll()).sort(([a], [b]) => (a < b ? -1 : 1));
    if (!verbose)
      return rowsOutcome(
        KEY_VALUE,
        all.map(([k, v]) => [k, redacted(k, v)]),
      );
    const columns = [...KEY_VALUE, text("meaning"), text("Since version")];
    return rowsOutcome(
      columns,
      all.map(([k, v]) => [k, redacted(k, v), "", ""]),
    );
  }
  if (value === undefined)
    return rowsOutcome(KEY_VALUE, [[key, redacted(key, conf.get(key, settingIn(conf.getAll(), key) ?? "<undefined>"))]]);
  setChecked(conf, key.replace(/^hivevar:/, ""), value);
  return rowsOutcome(KEY_VALUE, [[key, value]]);
};

const redacted = (key: string, value: string): string => (isSecret(key) ? "*********(redacted)" : value);

/** Sets what the engine can read; otherwise throws INVALID_CONF_VALUE, and all is as it was. */
export function setChecked(conf: StatementContext["session"]["conf"], key: string, value: string): void {
  const before = settingIn(conf.given(), key);
  conf.set(key, value);
  try {
    readSettings(conf.forEngine());
  } catch (thrown) {
    if (before === undefined) conf.unset(key);
    else conf.set(key, before);
    throw thrown;
  }
}

/** `SET TIME ZONE LOCAL`, `SET TIME ZONE 'Europe/Paris'`, `SET TIME ZONE INTERVAL 3 HOURS`. */
export const setTimeZone: Command<"setTimeZone"> = async ({ value }, context) => {
  const { conf } = context.session;
  const zone = value === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : await zoneOf(value, context);
  setChecked(conf, TIME_ZONE, zone);
  return rowsOutcome(KEY_VALUE, [[TIME_ZONE, zone]]);
};

const MICROS_PER_SECOND = 1_000_000n;
const MICROS_PER_HOUR = 3_600n * MICROS_PER_SECOND;
const MICROS_PER_DAY = 24n * MICROS_PER_HOUR;

/** An interval of hours to whole seconds, 18 hours at most. Source: Spark's SparkSqlAstBuilder.visitSetTimeZone. */
async function zoneOf(expression: Parameters<StatementContext["evaluate"]>[0], context: StatementContext): Promise<string> {
  const { value } = await context.evaluate(expression);
  if (typeof value === "string") return value;
  if (value instanceof YearMonthInterval) throw outOfRange(value.months);
  if (!(value instanceof DayTimeInterval)) throw new AnalysisError("INTERNAL_ERROR", { message: "the zone is no text and no interval" });
  const { micros } = value;
  const absolute = micros < 0n ? -micros : micros;
  const written = expression.kind === "interval" ? expression.parts.some(({ unit }) => /^(?:day|week)/i.test(unit)) : false;
  if (written && absolute >= MICROS_PER_DAY) throw outOfRange(micros / MICROS_PER_DAY);
  if (absolute > 18n * MICROS_PER_HOUR) throw outOfRange(absolute / MICROS_PER_HOUR);
  if (micros % MICROS_PER_SECOND !== 0n) throw outOfRange(micros / MICROS_PER_SECOND);
  const seconds = absolute / MICROS_PER_SECOND;
  if (seconds === 0n) return "Z";
  const two = (n: bigint) => String(n).padStart(2, "0");
  const rest = seconds % 60n === 0n ? "" : `:${two(seconds % 60n)}`;
  return `${micros < 0n ? "-" : "+"}${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}${rest}`;
}

const outOfRange = (input: number | bigint): AnalysisError =>
  new AnalysisError("INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE", { input: String(input) });

/** `RESET`, `RESET key`. */
export const reset: Command<"reset"> = async ({ key }, { session: { conf } }): Promise<StatementOutcome> => {
  if (key !== undefined) conf.unset(key);
  else for (const known of Object.keys(conf.given())) if (conf.isModifiable(known)) conf.unset(known);
  return nothing();
};
