import { isNullable } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { any, common, type FunctionEntry, of, type ScalarFunction, type SessionSettings, takes, takesMany } from "./function.ts";

const neverNull = (name: string, doc: string, implementation: (value: string) => string, ...aliases: string[]): ScalarFunction => ({
  kind: "scalar",
  names: [name, ...aliases],
  group: "predicate",
  doc,
  signature: takes(any),
  returns: t.booleanType,
  nullable: false,
  implementation: ([value]) => implementation(value!),
});

/** False, whatever the value is; before Spark 3 NULL of a NULL. */
const inNothing = (value: string, { nullInNothing }: SessionSettings): string =>
  nullInNothing ? `(CASE WHEN ${value} IS NOT NULL THEN false END)` : "false";

export const predicates: readonly FunctionEntry[] = [
  neverNull("isnull", "Returns true if the argument is NULL.", (value) => `(${value} IS NULL)`),
  neverNull("isnotnull", "Returns true if the argument is not NULL.", (value) => `(${value} IS NOT NULL)`),
  {
    kind: "scalar",
    names: ["in"],
    group: "predicate",
    doc: "Returns true if the first argument equals any of the others, NULL if that hangs on a NULL.",
    signature: takesMany(0, common, common),
    returns: t.booleanType,
    nullable: (args, { nullInNothing }) => args.some(isNullable) && (args.length > 1 || nullInNothing === true),
    implementation: ([value, ...list], _call, session) =>
      list.length > 0 ? `(${value} IN (${list.join(", ")}))` : inNothing(value!, session),
  },
  {
    kind: "scalar",
    names: ["isnan"],
    group: "predicate",
    doc: "Returns true if the argument is NaN, false for NULL.",
    signature: takes(of(t.doubleType, t.floatType)),
    returns: t.booleanType,
    nullable: false,
    implementation: ([value]) => `coalesce(isnan(${value}), false)`,
  },
];
