import type { Expression } from "../expressions/expression.ts";
import { isNullable } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { common, type FunctionEntry, of, takes, takesMany } from "./function.ts";

const allNullable = (args: readonly Expression[]) => args.every(isNullable);

/** Conditions and null handling. `when` is CASE WHEN: condition, value, ..., [else]; coercion gives its values one type. */
export const conditionalFunctions: readonly FunctionEntry[] = [
  {
    kind: "scalar",
    names: ["coalesce"],
    group: "conditional",
    doc: "Returns the first argument that is not NULL.",
    signature: takesMany(1, common),
    returns: ([type]) => type!,
    nullable: allNullable,
    implementation: (args) => `coalesce(${args.join(", ")})`,
  },
  {
    kind: "scalar",
    names: ["if"],
    group: "conditional",
    doc: "Returns the second argument where the first is true, the third otherwise.",
    signature: takes(of(t.booleanType), common, common),
    returns: ([, type]) => type!,
    nullable: ([, yes, no]) => isNullable(yes!) || isNullable(no!),
    implementation: ([condition, yes, no]) => `(CASE WHEN ${condition} THEN ${yes} ELSE ${no} END)`,
  },
  {
    kind: "scalar",
    names: ["when"],
    group: "conditional",
    doc: "Returns the value after the first condition that is true: when(condition, value, ..., [otherwise]).",
    signature: takesMany(2, common),
    returns: ([, type]) => type!,
    nullable: (args) => args.length % 2 === 0 || args.some((arg, i) => (i % 2 === 1 || i === args.length - 1) && isNullable(arg)),
    implementation: (args) => {
      const branches: string[] = [];
      for (let i = 0; i + 1 < args.length; i += 2) branches.push(`WHEN ${args[i]} THEN ${args[i + 1]}`);
      const otherwise = args.length % 2 === 1 ? ` ELSE ${args.at(-1)}` : "";
      return `(CASE ${branches.join(" ")}${otherwise} END)`;
    },
  },
  {
    kind: "scalar",
    names: ["nullif"],
    group: "conditional",
    doc: "Returns NULL if both arguments are equal, the first argument otherwise.",
    signature: takes(common, common),
    returns: ([type]) => type!,
    nullable: true,
    implementation: ([left, right]) => `nullif(${left}, ${right})`,
  },
  {
    kind: "scalar",
    names: ["greatest"],
    group: "conditional",
    doc: "Returns the greatest of its arguments, skipping NULLs.",
    signature: takesMany(2, common),
    returns: ([type]) => type!,
    nullable: allNullable,
    implementation: (args) => `greatest(${args.join(", ")})`,
  },
];
