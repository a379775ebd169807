import { AnalysisError } from "../../engine/errors.ts";
import { readSettings } from "../../engine/settings.ts";
import { DayTimeInterval } from "../../engine/types/values.ts";
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
  if (value === undefined) return rowsOutcome(KEY_VALUE, [[key, redacted(key, conf.get(key, conf.getAll()[key] ?? "<undefined>"))]]);
  setChecked(conf, key.replace(/^hivevar:/, ""), value);
  return rowsOutcome(KEY_VALUE, [[key, value]]);
};

const redacted = (key: string, value: string): string => (/secret|password|token|access[.]?key/i.test(key) ? "*********(redacted)" : value);

function setChecked(conf: StatementContext["session"]["conf"], key: string, value: string): void {
  const before = conf.given()[key];
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

const MICROS_PER_MINUTE = 60_000_000n;
const MOST_MINUTES = 18n * 60n;

async function zoneOf(expression: Parameters<StatementContext["evaluate"]>[0], context: StatementContext): Promise<string> {
  const { value } = await context.evaluate(expression);
  if (typeof value === "string") return value;
  if (!(value instanceof DayTimeInterval)) throw new AnalysisError("_LEGACY_ERROR_TEMP_0044", {});
  const minutes = value.micros / MICROS_PER_MINUTE;
  const [absolute, sign] = minutes < 0n ? [-minutes, "-"] : [minutes, "+"];
  if (absolute > MOST_MINUTES || value.micros % 1_000_000n !== 0n) throw new AnalysisError("_LEGACY_ERROR_TEMP_0044", {});
  const two = (n: bigint) => String(n).padStart(2, "0");
  return `${sign}${two(absolute / 60n)}:${two(absolute % 60n)}`;
}

/** `RESET`, `RESET key`. */
export const reset: Command<"reset"> = async ({ key }, { session: { conf } }): Promise<StatementOutcome> => {
  if (key !== undefined) conf.unset(key);
  else for (const known of Object.keys(conf.given())) if (conf.isModifiable(known)) conf.unset(known);
  return nothing();
};
