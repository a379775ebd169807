import type * as t from "../types/data-type.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { isNested, orderedSql } from "./nested-order.ts";

/** The SQL of a key by which an element is compared; NULL of NULL. */
export type KeyOf = (element: string) => string;

const keysSql = (list: string, keyOf: KeyOf): string => {
  const element = freeName([list], "z");
  return `list_transform(${list}, lambda ${element}: ${keyOf(element)})`;
};

/** The element with the least or the greatest key; NULLs are skipped. */
export const extremeByKeys = (name: "list_min" | "list_max", list: string, keyOf: KeyOf): string =>
  bindOnce([list, keysSql(list, keyOf)], ([l, keys]) => `list_extract(${l}, list_position(${keys}, ${name}(${keys})))`);

/** The list in the order of its keys. */
export const sortedByKeys = (list: string, keyOf: KeyOf, order: "ASC" | "DESC", nulls: "FIRST" | "LAST"): string =>
  bindOnce([list], ([l]) => `list_select(${l}, list_grade_up(${keysSql(l!, keyOf)}, '${order}', 'NULLS ${nulls}'))`);

/** The least or greatest element as Spark compares those of a type. */
export const extremeSql = (name: "list_min" | "list_max", list: string, element: t.DataType): string =>
  isNested(element) ? extremeByKeys(name, list, (e) => orderedSql(e, element)) : `${name}(${list})`;

/** The list sorted as Spark compares elements of a type. */
export const sortedSql = (list: string, element: t.DataType, order: "ASC" | "DESC", nulls: "FIRST" | "LAST"): string =>
  isNested(element) ? sortedByKeys(list, (e) => orderedSql(e, element), order, nulls) : `list_sort(${list}, '${order}', 'NULLS ${nulls}')`;
