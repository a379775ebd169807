import { castTo } from "../analyzer/implicit-cast.ts";
import { ExecutionError } from "../errors.ts";
import { call as callOf, stringLiteral } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { LocalDate, LocalDateTime, Timestamp } from "../types/values.ts";
import { bindOnce } from "./bind-once.ts";
import { offsetAt } from "./datetime-format.ts";
import { instantOf, ParseFailure } from "./datetime-parse.ts";
import { strftimeSql, strptimeSql } from "./datetime-pattern.ts";
import { type Clock, checkPattern, clockOf, formatText, parseText } from "./datetime-policy.ts";
import { scalarsOf } from "./define.ts";
import {
  any,
  type FunctionEntry,
  type JavaScriptImplementation,
  of,
  quoteText,
  raise,
  type ScalarFunction,
  type SessionSettings,
  takes,
  takesUpTo,
} from "./function.ts";
import { fromZone, toZone } from "./session-time.ts";

/** Dates and timestamps from and to text by a pattern. */
const scalar = scalarsOf("datetime");
const text = of(t.stringType);
const DEFAULT_PATTERN = "yyyy-MM-dd HH:mm:ss";

const literalText = (expression: Expression | undefined): string | undefined =>
  expression?.kind === "literal" && typeof expression.value === "string" ? expression.value : undefined;

/** A pattern that the plan shows is checked before anything runs. */
function checkedPattern(args: readonly Expression[], index: number, use: "format" | "parse", clock: Clock): readonly Expression[] {
  const pattern = literalText(args[index]);
  if (pattern !== undefined) checkPattern(pattern, use, clock);
  return args;
}

/** What a parsed text becomes: in SQL of a local TIMESTAMP, and in TypeScript. */
interface Target {
  readonly type: t.DataType;
  readonly sql: (local: string, zone: string) => string;
  readonly value: (parsed: { readonly micros: bigint; readonly zone?: string }, zone: string) => unknown;
}
const MICROS_PER_DAY = 86_400_000_000n;
const floorDays = (micros: bigint) => Number(micros / MICROS_PER_DAY - (micros % MICROS_PER_DAY < 0n ? 1n : 0n));

const toInstant: Target = {
  type: t.timestampType,
  sql: fromZone,
  value: ({ micros, zone }, session) => new Timestamp(instantOf(micros, zone ?? session)),
};
const toLocal: Target = { type: t.timestampNtzType, sql: (local) => local, value: ({ micros }) => new LocalDateTime(micros) };
const toDate: Target = {
  type: t.dateType,
  sql: (local) => `CAST(${local} AS DATE)`,
  value: ({ micros, zone }, session) => {
    if (zone === undefined) return new LocalDate(floorDays(micros));
    const instant = instantOf(micros, zone);
    return new LocalDate(floorDays(instant + offsetAt(instant, session)));
  },
};
const toSeconds: Target = {
  type: t.longType,
  sql: (local, zone) =>
    bindOnce([`epoch_us(${fromZone(local, zone)})`], ([us]) => `((${us} - ((${us} % 1000000) + 1000000) % 1000000) // 1000000)`),
  value: (parsed, session) => {
    const micros = (toInstant.value(parsed, session) as Timestamp).epochMicros;
    return micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n);
  },
};

/** `func` is what Spark's message tells the user to call instead; absent: failures are NULL. */
function parsing(target: Target, func: string | undefined): JavaScriptImplementation {
  return {
    evaluate: ([value, pattern], session) => {
      try {
        return target.value(parseText(value as string, pattern as string, clockOf(session, isLocal(target))), session.timeZone);
      } catch (failure) {
        if (!(failure instanceof ParseFailure)) throw failure;
        if (func === undefined || !session.ansi) return null;
        throw new ExecutionError("CANNOT_PARSE_TIMESTAMP", { message: failure.message, func: `\`${func}\`` });
      }
    },
  };
}

function parsed(
  args: readonly string[],
  call: Call,
  target: Target,
  func: string | undefined,
  session: SessionSettings,
): string | JavaScriptImplementation {
  if (args.length === 1 || typeOf(call.args[0]!).kind !== "string") return args[0]!;
  const pattern = literalText(call.args[1]);
  const local = pattern === undefined || session.timeParser ? undefined : strptimeSql(CELL, pattern);
  if (local === undefined) return parsing(target, func);
  return bindOnce([args[0]!], ([value]) => {
    const sql = target.sql(strptimeSql(value!, pattern!)!, session.timeZone);
    if (func === undefined || !session.ansi) return sql;
    const failure = raise("CANNOT_PARSE_TIMESTAMP", {
      message: `firecrest_parse_failure(${value}, ${quoteText(pattern!)})`,
      func: `'\`${func}\`'`,
    });
    return bindOnce([sql], ([result]) => `(CASE WHEN ${result} IS NOT NULL OR ${value} IS NULL THEN ${result} ELSE ${failure} END)`);
  });
}
const CELL = "x";

/** Without a pattern, or of something that is no text, these are casts. */
const castUnlessText =
  (target: Target, mode?: "try") =>
  (args: readonly Expression[], session: SessionSettings): readonly Expression[] => {
    const [value] = args as [Expression];
    const { type } = target;
    const from = typeOf(value);
    if (from.kind === "string" && args.length === 2) return checkedPattern(args, 1, "parse", clockOf(session, isLocal(target)));
    if (t.sameType(from, type)) return args;
    const readable =
      t.isDatetime(from) || from.kind === "string" || from.kind === "void" || (type.kind === "timestamp" && t.isNumeric(from));
    const child = readable ? value : castTo(value, t.stringType, session);
    const cast: Expression = { kind: "cast", child, type, ...(mode ? { mode } : {}) };
    return [cast, ...args.slice(1)];
  };
const isLocal = (target: Target): boolean => target === toLocal;

const fromText = (
  names: string,
  doc: string,
  target: Target | ((session: SessionSettings) => Target),
  func: string | undefined,
): ScalarFunction => {
  const targetOf = typeof target === "function" ? target : () => target;
  return scalar(
    names,
    doc,
    takesUpTo(1, any, text),
    (_types, _args, session) => targetOf(session).type,
    (args, call, session) => parsed(args, call, targetOf(session), func, session),
    {
      nullable: (args, session) => func === undefined || !session.ansi || args.some(isNullable),
      check: (args, session) => castUnlessText(targetOf(session), func === undefined ? "try" : undefined)(args, session),
    },
  );
};
const toMoment = (session: SessionSettings): Target => (session.timestampNtz ? toLocal : toInstant);

const formatting = (microsOf: (args: readonly unknown[]) => bigint): JavaScriptImplementation => ({
  evaluate: (args, session) => formatText(microsOf(args), args[1] as string, session.timeZone, clockOf(session)),
});

function formatted([ts]: readonly string[], call: Call, session: SessionSettings): string | JavaScriptImplementation {
  const pattern = literalText(call.args[1]);
  const sql = pattern === undefined || session.timeParser === "LEGACY" ? undefined : strftimeSql(toZone(ts!, session.timeZone), pattern);
  return sql ?? formatting(([value]) => (value as Timestamp).epochMicros);
}

/** unix_timestamp() is the current time; without a pattern it has the default one. */
function unixArguments(args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  if (args.length === 0) return [callOf("current_timestamp", [], t.timestampType, false)];
  const { kind } = typeOf(args[0]!);
  if (kind === "timestamp") return args;
  if (t.isDatetime(typeOf(args[0]!))) return [{ kind: "cast", child: args[0]!, type: t.timestampType }, ...args.slice(1)];
  return checkedPattern(args.length === 1 ? [...args, stringLiteral(DEFAULT_PATTERN)] : args, 1, "parse", clockOf(session));
}

function unixSeconds(args: readonly string[], call: Call, session: SessionSettings): string | JavaScriptImplementation {
  if (typeOf(call.args[0]!).kind !== "timestamp") return parsed(args, call, toSeconds, "try_to_timestamp", session);
  return bindOnce([`epoch_us(${args[0]})`], ([us]) => `((${us} - ((${us} % 1000000) + 1000000) % 1000000) // 1000000)`);
}

const textOrMoment = of(t.stringType, t.dateType, t.timestampType, t.timestampNtzType);
const unix = (name: string, optional: number) =>
  scalar(
    name,
    "Returns the seconds since 1970 of a timestamp, or of a text by a pattern.",
    takesUpTo(optional, textOrMoment, text),
    t.longType,
    unixSeconds,
    { nullable: (args, session) => !session.ansi || args.some(isNullable), check: unixArguments },
  );

export const datetimeTextFunctions: readonly FunctionEntry[] = [
  fromText("to_date", "Returns the date that a text says, by a pattern.", toDate, "try_to_date"),
  fromText("try_to_date", "Returns the date that a text says, NULL where it says none.", toDate, undefined),
  fromText("to_timestamp", "Returns the instant that a text says, by a pattern.", toMoment, "try_to_timestamp"),
  fromText("to_timestamp_ltz", "Returns the instant that a text says, by a pattern.", toInstant, "try_to_timestamp"),
  fromText("try_to_timestamp", "Returns the instant that a text says, NULL where it says none.", toMoment, undefined),
  fromText("to_timestamp_ntz", "Returns the local time that a text says, by a pattern.", toLocal, "try_to_timestamp"),
  unix("unix_timestamp", 2),
  unix("to_unix_timestamp", 1),
  scalar("date_format", "Returns an instant as text, by a pattern.", takes(of(t.timestampType), text), t.stringType, formatted, {
    check: (args, session) => checkedPattern(args, 1, "format", clockOf(session)),
  }),
  scalar(
    "from_unixtime",
    "Returns the instant that many seconds after 1970 as text, by a pattern.",
    takesUpTo(1, of(t.longType), text),
    t.stringType,
    ([seconds], call, session) => {
      const pattern = literalText(call.args[1]);
      const sql =
        pattern === undefined || session.timeParser === "LEGACY"
          ? undefined
          : strftimeSql(toZone(`make_timestamptz(${seconds} * 1000000)`, session.timeZone), pattern);
      return sql ?? formatting(([value]) => (value as bigint) * 1_000_000n);
    },
    {
      check: (args, session) =>
        checkedPattern(args.length === 1 ? [...args, stringLiteral(DEFAULT_PATTERN)] : args, 1, "format", clockOf(session)),
    },
  ),
];
