import { SqlPlace, type SqlSource } from "../errors/query-context.ts";
import { AnalysisError } from "../errors.ts";
import {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  Timestamp,
  YearMonthInterval,
} from "../types/values.ts";
import { Variant } from "../types/variant/variant.ts";

/**
 * Values to JSON and back, exactly. What JSON lacks is an object with one key that begins with `$`:
 * {"$bigint":"1"}, {"$number":"NaN"}, {"$bytes":"base64"}, {"$map":[[k,v]]}, {"$date":18000}, ...
 * A place in SQL text is {"$sql":[start,end,text]} where the text is new, and {"$sql":[start,end,n]} where it is the n-th before.
 * A plain object's own key that begins with `$` is written with one more `$`. Undefined fields are left out.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface JsonLimits {
  /** Levels of nesting. */
  readonly depth: number;
  /** Objects, arrays and scalars in all. */
  readonly values: number;
  /** UTF-16 code units of one string. */
  readonly text: number;
}
/** Bounds what recursion and memory bear; a sum of some 450 columns, or a scan of some 100,000 row groups, still fits. */
export const JSON_LIMITS: JsonLimits = { depth: 1_000, values: 5_000_000, text: 64 * 1024 * 1024 };

export const invalidPlan = (path: string, problem: string): AnalysisError =>
  new AnalysisError("FIRECREST_INVALID_PLAN", { path: path || "/", problem });

type Read = (json: Json, path: string) => unknown;

const integerText = (json: Json, path: string): bigint => {
  if (typeof json !== "string" || !/^-?\d{1,40}$/.test(json)) throw invalidPlan(path, "expected an integer of at most 40 digits as text");
  return BigInt(json);
};
const wholeNumber = (json: Json | undefined, path: string): number => {
  if (typeof json !== "number" || !Number.isSafeInteger(json)) throw invalidPlan(path, "expected a whole number");
  return json;
};
function bytesOf(json: Json, path: string): Uint8Array {
  if (typeof json !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(json)) throw invalidPlan(path, "expected base64");
  return new Uint8Array(Buffer.from(json, "base64"));
}
const SPECIAL_NUMBERS = new Map<Json, number>([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

const readers: Readonly<Record<string, Read>> = {
  $bigint: integerText,
  $number: (json, path) => {
    const value = SPECIAL_NUMBERS.get(json);
    if (value === undefined) throw invalidPlan(path, "expected NaN, Infinity, -Infinity or -0");
    return value;
  },
  $bytes: (json, path) => bytesOf(json, path),
  $variant: (json, path) => {
    const [value, metadata] = pair(json, path).map((part) => bytesOf(part, path));
    return new Variant(value!, metadata!);
  },
  $decimal: (json, path) => {
    const [unscaled, scale] = pair(json, path);
    const digits = wholeNumber(scale, path);
    if (digits < 0 || digits > 38) throw invalidPlan(path, "the scale of a decimal is 0 to 38");
    return new Decimal(integerText(unscaled, path), digits);
  },
  $date: (json, path) => new LocalDate(wholeNumber(json, path)),
  $timestamp: (json, path) => new Timestamp(integerText(json, path)),
  $timestamp_ntz: (json, path) => new LocalDateTime(integerText(json, path)),
  $time: (json, path) => new LocalTime(integerText(json, path)),
  $dayTime: (json, path) => new DayTimeInterval(integerText(json, path)),
  $yearMonth: (json, path) => new YearMonthInterval(wholeNumber(json, path)),
  $calendar: (json, path) => {
    if (!Array.isArray(json) || json.length !== 3) throw invalidPlan(path, "expected [months, days, micros]");
    return new CalendarInterval(wholeNumber(json[0], path), wholeNumber(json[1], path), integerText(json[2] as Json, path));
  },
};

function pair(json: Json, path: string): [Json, Json] {
  if (!Array.isArray(json) || json.length !== 2) throw invalidPlan(path, "expected a pair");
  return [json[0] as Json, json[1] as Json];
}

/** The JSON of any plan, expression, type or value. Throws TypeError for what no plan may hold (functions, class instances). */
export const toJson = (value: unknown): Json => written(value, new Map());

/** Texts of SQL by their numbers: each is written once. */
type Texts = Map<SqlSource, number>;

function written(value: unknown, texts: Texts): Json {
  switch (typeof value) {
    case "boolean":
    case "string":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? "-0" : String(value) };
    case "bigint":
      return { $bigint: String(value) };
    case "object":
      return value === null ? null : objectToJson(value, texts);
    default:
      throw new TypeError(`a plan cannot hold a ${typeof value}`);
  }
}

function objectToJson(value: object, texts: Texts): Json {
  if (Array.isArray(value)) return value.map((item) => written(item, texts));
  if (value instanceof SqlPlace) return { $sql: placeToJson(value, texts) };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (value instanceof Map) return { $map: [...value].map(([k, v]) => [written(k, texts), written(v, texts)]) };
  if (value instanceof Decimal) return { $decimal: [String(value.unscaled), value.scale] };
  if (value instanceof LocalDate) return { $date: value.epochDays };
  if (value instanceof Timestamp) return { $timestamp: String(value.epochMicros) };
  if (value instanceof LocalDateTime) return { $timestamp_ntz: String(value.epochMicros) };
  if (value instanceof LocalTime) return { $time: String(value.micros) };
  if (value instanceof DayTimeInterval) return { $dayTime: String(value.micros) };
  if (value instanceof YearMonthInterval) return { $yearMonth: value.months };
  if (value instanceof CalendarInterval) return { $calendar: [value.months, value.days, String(value.micros)] };
  if (value instanceof Variant) return { $variant: [value.value, value.metadata].map((bytes) => Buffer.from(bytes).toString("base64")) };
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`a plan cannot hold a ${value.constructor.name}`);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key.startsWith("$") ? `$${key}` : key, written(field, texts)]));
}

function placeToJson({ source, start, end }: SqlPlace, texts: Texts): Json {
  const known = texts.get(source);
  if (known !== undefined) return [start, end, known];
  texts.set(source, texts.size);
  const { text, objectType = "", objectName = "" } = source;
  return [start, end, text, ...(objectType || objectName ? [objectType, objectName] : [])];
}

/** What `placeToJson` wrote; `sources` are the texts read so far. */
function placeFromJson(json: Json, sources: SqlSource[], path: string): SqlPlace {
  const fault = () => invalidPlan(path, "expected a place in a text");
  if (!Array.isArray(json) || json.length < 3 || json.length > 5) throw fault();
  const [start, end, text, ...object] = json as [Json, Json, Json, ...Json[]];
  if (!object.every((name) => typeof name === "string")) throw fault();
  if (typeof text === "string") {
    const [objectType, objectName] = object as string[];
    sources.push({ text, ...(objectType ? { objectType } : {}), ...(objectName ? { objectName } : {}) });
  }
  const source = typeof text === "string" ? sources.at(-1) : sources[wholeNumber(text, path)];
  const [from, to] = [wholeNumber(start, path), wholeNumber(end, path)];
  if (!source || from < 0 || from >= to || to > source.text.length) throw fault();
  return new SqlPlace(source, from, to);
}

/** The value that `toJson` wrote. Throws FIRECREST_INVALID_PLAN for anything else and for what passes the limits. */
export function fromJson(json: unknown, limits: JsonLimits = JSON_LIMITS): unknown {
  let values = 0;
  const sources: SqlSource[] = [];
  const read = (value: Json, path: string, depth: number): unknown => {
    if (depth > limits.depth) throw invalidPlan(path.slice(0, 100), `deeper than ${limits.depth} levels`);
    if (++values > limits.values) throw invalidPlan(path.slice(0, 100), `more than ${limits.values} values`);
    if (typeof value === "string" && value.length > limits.text) throw invalidPlan(path, `a text longer than ${limits.text} characters`);
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((item: Json, i) => read(item, `${path}/${i}`, depth + 1));
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first && /^\$[^$]/.test(first[0])) return readTagged(first[0], first[1], path, depth);
    return Object.fromEntries(entries.map(([key, field]) => [unescaped(key, path), read(field, `${path}/${key}`, depth + 1)]));
  };
  const readTagged = (tag: string, content: Json, path: string, depth: number): unknown => {
    if (tag === "$map") {
      if (!Array.isArray(content)) throw invalidPlan(path, "expected pairs");
      return new Map((read(content, path, depth + 1) as Json[]).map((entry) => pair(entry, path)));
    }
    if (tag === "$sql") return placeFromJson(content, sources, path);
    const reader = Object.hasOwn(readers, tag) ? readers[tag] : undefined;
    if (!reader) throw invalidPlan(path, `unknown value ${tag.slice(0, 40)}`);
    return reader(content, path);
  };
  return read(json as Json, "", 0);
}

function unescaped(key: string, path: string): string {
  if (!key.startsWith("$")) return key;
  if (!key.startsWith("$$")) throw invalidPlan(path, `unknown value ${key.slice(0, 40)}`);
  return key.slice(1);
}
