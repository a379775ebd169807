import * as t from "../types/data-type.ts";
import { any, common, type FunctionEntry, of, type ScalarFunction, takes, takesMany } from "./function.ts";

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

export const predicates: readonly FunctionEntry[] = [
  neverNull("isnull", "Returns true if the argument is NULL.", (value) => `(${value} IS NULL)`),
  neverNull("isnotnull", "Returns true if the argument is not NULL.", (value) => `(${value} IS NOT NULL)`),
  {
    kind: "scalar",
    names: ["in"],
    group: "predicate",
    doc: "Returns true if the first argument equals any of the others, NULL if that hangs on a NULL.",
    signature: takesMany(1, common, common),
    returns: t.booleanType,
    implementation: ([value, ...list]) => `(${value} IN (${list.join(", ")}))`,
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
