import { AnalysisError } from "../../engine/errors.ts";
import type { StructField } from "../../engine/types/data-type.ts";
import type { Alias, Expression } from "../syntax/expression.ts";
import type { Query, QueryBody, SelectItem } from "../syntax/query.ts";

type DefaultOf = (field: StructField) => Expression;

/** The query with each DEFAULT that stands for a whole value replaced. Source: Spark's ResolveColumnDefaultInCommandInputQuery. */
export const defaultsInQuery = (query: Query, target: readonly StructField[], defaultOf: DefaultOf): Query => ({
  ...query,
  body: inBody(query.body, target, defaultOf),
});

function inBody(body: QueryBody, target: readonly StructField[], defaultOf: DefaultOf): QueryBody {
  const values = (items: readonly Expression[]) => items.map((item, i) => replaced(item, target[i], defaultOf));
  switch (body.kind) {
    case "values":
      return {
        ...body,
        rows: body.rows.map((row) =>
          row.kind === "row" && !row.struct ? { ...row, fields: values(row.fields) } : replaced(row, target[0], defaultOf),
        ),
      };
    case "select":
      return { ...body, items: values(body.items as readonly Expression[]) as readonly SelectItem[] };
    case "setOperation":
      return { ...body, left: inBody(body.left, target, defaultOf), right: inBody(body.right, target, defaultOf) };
    case "nested":
      return { ...body, query: defaultsInQuery(body.query, target, defaultOf) };
    case "table":
      return body;
  }
}

function replaced(item: Expression, field: StructField | undefined, defaultOf: DefaultOf): Expression {
  if (item.kind === "alias" && isDefault(item.child)) return { ...(item as Alias), child: defaultFor(field, defaultOf) };
  if (isDefault(item)) return defaultFor(field, defaultOf);
  if (holdsDefault(item)) throw new AnalysisError("DEFAULT_PLACEMENT_INVALID", {});
  return item;
}

const defaultFor = (field: StructField | undefined, defaultOf: DefaultOf): Expression => {
  if (field) return defaultOf(field);
  return { kind: "literal", value: null, type: { kind: "void" }, start: 0, end: 0 };
};

/** DEFAULT in the place of a whole value. */
export const isDefault = (e: Expression): boolean =>
  e.kind === "column" &&
  e.name.kind === "name" &&
  e.name.parts.length === 1 &&
  !e.name.parts[0]!.quoted &&
  e.name.parts[0]!.name.toUpperCase() === "DEFAULT";

/** Whether DEFAULT stands inside a larger expression, where it means nothing. */
export function holdsDefault(item: Expression): boolean {
  const pending: unknown[] = [item];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null || "query" in node) continue;
    if (isDefault(node as Expression)) return true;
    for (const child of Object.values(node)) if (typeof child === "object") pending.push(child);
  }
  return false;
}
