import { SqlPlace } from "../errors/query-context.ts";
import { invalidPlan } from "./json-values.ts";

/** Throws FIRECREST_INVALID_PLAN where a value is not what a plan holds there. */
export type Check = (value: unknown, path: string) => void;
export interface OptionalCheck {
  readonly optional: Check;
}
/** A check for every field of T: one that is forgotten, or wrongly optional, does not compile. */
export type Fields<T> = { readonly [F in Exclude<keyof T, "kind">]-?: Record<never, never> extends Pick<T, F> ? OptionalCheck : Check };
/** The fields of each kind of a union. */
export type Kinds<T extends { readonly kind: string }> = { readonly [K in T["kind"]]: Fields<Extract<T, { readonly kind: K }>> };
type AnyFields = Readonly<Record<string, Check | OptionalCheck>>;

/** A check of a module that is still being loaded. */
export const later =
  (check: () => Check): Check =>
  (value, path) =>
    check()(value, path);
export const optional = (check: Check): OptionalCheck => ({ optional: check });

const expect = (holds: boolean, path: string, what: string): void => {
  if (!holds) throw invalidPlan(path, `expected ${what}`);
};

export const anyText: Check = (value, path) => expect(typeof value === "string", path, "a text");
/** Where a node comes from. */
export const anyOrigin: Check = (value, path) => expect(typeof value === "string" || value instanceof SqlPlace, path, "a place");
export const anyBoolean: Check = (value, path) => expect(typeof value === "boolean", path, "true or false");
export const anyBigint: Check = (value, path) => expect(typeof value === "bigint", path, "a long integer");
export const anyNumber: Check = (value, path) => expect(typeof value === "number", path, "a number");
/** A whole number from 0 up. */
export const count: Check = (value, path) =>
  expect(Number.isSafeInteger(value) && (value as number) >= 0, path, "a whole number from 0 up");
export const integerIn =
  (min: number, max: number): Check =>
  (value, path) =>
    expect(Number.isInteger(value) && (value as number) >= min && (value as number) <= max, path, `a whole number from ${min} to ${max}`);
export const oneOf =
  (...values: readonly unknown[]): Check =>
  (value, path) =>
    expect(values.includes(value), path, `one of ${values.join(", ")}`);
export const listOf =
  (item: Check): Check =>
  (value, path) => {
    expect(Array.isArray(value), path, "a list");
    for (const [i, element] of (value as unknown[]).entries()) item(element, `${path}/${i}`);
  };
export const pairOf =
  (first: Check, second: Check): Check =>
  (value, path) => {
    expect(Array.isArray(value) && value.length === 2, path, "a pair");
    first((value as unknown[])[0], `${path}/0`);
    second((value as unknown[])[1], `${path}/1`);
  };
export const recordOf =
  (item: Check): Check =>
  (value, path) => {
    expect(isObject(value), path, "an object");
    for (const [key, element] of Object.entries(value as object)) item(element, `${path}/${key}`);
  };
export const nullOr =
  (check: Check): Check =>
  (value, path) => {
    if (value !== null) check(value, path);
  };
/** JSON that only a user's program reads. */
export const anyJson: Check = () => undefined;

/** A plain object with these fields and no others. */
export const objectOf =
  <T>(fields: Fields<T>): Check =>
  (value, path) =>
    checkFields(value, fields as AnyFields, path, "an object");

/** One of a union's kinds, with that kind's fields and no others. */
export const kindOf =
  <T extends { readonly kind: string }>(kinds: () => Kinds<T>, what: string): Check =>
  (value, path) => {
    const kind = isObject(value) ? (value as { kind?: unknown }).kind : undefined;
    const known = kinds();
    if (typeof kind !== "string" || !Object.hasOwn(known, kind))
      throw invalidPlan(path, `${typeof kind === "string" ? `${kind.slice(0, 40)} is not` : "expected"} a kind of ${what}`);
    checkFields(value, (known as unknown as Record<string, AnyFields>)[kind]!, path, what);
  };

function checkFields(value: unknown, fields: AnyFields, path: string, what: string): void {
  if (!isObject(value)) throw invalidPlan(path, `expected ${what}`);
  const object = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(object)) {
    if (key !== "kind" && !Object.hasOwn(fields, key)) throw invalidPlan(`${path}/${key.slice(0, 40)}`, "unknown field");
  }
  for (const [name, check] of Object.entries(fields)) {
    const field = object[name];
    if (typeof check === "function") check(field, `${path}/${name}`);
    else if (field !== undefined) check.optional(field, `${path}/${name}`);
  }
}

const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype;
