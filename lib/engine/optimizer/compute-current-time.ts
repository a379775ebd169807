import { literal, stringLiteral } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { transformExpressions } from "../logical/traverse.ts";
import { dateType, timestampNtzType, timestampType } from "../types/data-type.ts";
import { LocalDate, LocalDateTime, LocalTime, type Timestamp, zoneOffsetMicros } from "../types/values.ts";
import type { Rule } from "./rule.ts";

const MICROS_PER_DAY = 86_400_000_000n;

/** The current time is one for the whole query: the time at which it began. */
export const computeCurrentTime: Rule = {
  name: "ComputeCurrentTime",
  apply: (plan, { startTime, session }) =>
    startTime
      ? transformExpressions(plan, (e) => (e.kind === "call" ? (atTime(e, startTime, (e.session ?? session).timeZone) ?? e) : e))
      : plan,
};

function atTime({ name, type }: Call, now: Timestamp, timeZone: string): Expression | undefined {
  const local = now.epochMicros + zoneOffsetMicros(now.epochMicros, timeZone);
  const ofDay = ((local % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY;
  switch (name) {
    case "current_timestamp":
    case "now":
      return literal(now, timestampType);
    case "localtimestamp":
      return literal(new LocalDateTime(local), timestampNtzType);
    case "current_date":
    case "curdate":
      return literal(new LocalDate(Number((local - ofDay) / MICROS_PER_DAY)), dateType);
    case "current_time": {
      const unit = 10n ** BigInt(6 - (type.kind === "time" ? type.precision : 6));
      return literal(new LocalTime(ofDay - (ofDay % unit)), type);
    }
    case "current_timezone":
      return stringLiteral(timeZone);
    default:
      return undefined;
  }
}
