import { commonTypeOf } from "../analyzer/common-type.ts";
import { castTo } from "../analyzer/implicit-cast.ts";
import { coerceOperator } from "../analyzer/operator-coercion.ts";
import { call, integerLiteral } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { scalarsOf } from "./define.ts";
import { any, common, type FunctionEntry, of, type ScalarFunction, type SessionSettings, takes, takesMany } from "./function.ts";

/** Conditions and null handling. `when` is CASE WHEN: condition, value, ..., [else]; coercion gives its values one type. */
const scalar = scalarsOf("conditional");
const allNullable = (args: readonly Expression[]): boolean => args.every(isNullable);
const first = ([type]: readonly t.DataType[]): t.DataType => type!;
const second = ([, type]: readonly t.DataType[]): t.DataType => type!;

/** The same but in how many arguments it takes. */
const firstNotNull = (names: string, doc: string, count?: number): ScalarFunction =>
  scalar(
    names,
    doc,
    count === undefined ? takesMany(1, common) : takes(...Array(count).fill(common)),
    first,
    (args) => `coalesce(${args.join(", ")})`,
    {
      nullable: allNullable,
    },
  );

function cases(args: readonly string[]): string {
  const branches: string[] = [];
  for (let i = 0; i + 1 < args.length; i += 2) branches.push(`WHEN ${args[i]} THEN ${args[i + 1]}`);
  const otherwise = args.length % 2 === 1 ? ` ELSE ${args.at(-1)}` : "";
  return `(CASE ${branches.join(" ")}${otherwise} END)`;
}

const isValue = (i: number, count: number): boolean => i % 2 === 1 || i === count - 1;

/** As the operator compares them. */
function equals(left: Expression, right: Expression, session: SessionSettings): Expression {
  const { args } = coerceOperator("=", [left, right], session);
  return call("=", args, t.booleanType, isNullable(left));
}

/** The first argument keeps its type; where the comparison casts it, the comparison is a third argument. */
function unlessEqual([left, right]: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const { args } = coerceOperator("=", [left!, right!], session);
  return args[0] === left ? args : [left!, right!, equals(left!, right!, session)];
}

export const conditionalFunctions: readonly FunctionEntry[] = [
  firstNotNull("coalesce", "Returns the first argument that is not NULL."),
  firstNotNull("nvl ifnull", "Returns the first argument, or the second where the first is NULL.", 2),
  scalar(
    "if",
    "Returns the second argument where the first is true, the third otherwise.",
    takes(of(t.booleanType), common, common),
    second,
    ([condition, yes, no]) => `(CASE WHEN ${condition} THEN ${yes} ELSE ${no} END)`,
    { nullable: ([, yes, no]) => isNullable(yes!) || isNullable(no!) },
  ),
  scalar(
    "when",
    "Returns the value after the first condition that is true: when(condition, value, ..., [otherwise]).",
    takesMany(2, common),
    second,
    cases,
    {
      nullable: (args) => args.length % 2 === 0 || args.some((arg, i) => isValue(i, args.length) && isNullable(arg)),
    },
  ),
  scalar(
    "nvl2",
    "Returns the second argument where the first is not NULL, the third otherwise.",
    takes(any, common, common),
    second,
    ([test, yes, no]) => `(CASE WHEN ${test} IS NOT NULL THEN ${yes} ELSE ${no} END)`,
    { nullable: ([, yes, no]) => isNullable(yes!) || isNullable(no!) },
  ),
  scalar(
    "nullif",
    "Returns NULL if both arguments are equal, the first argument otherwise.",
    takes(any, any),
    first,
    ([l, r, equal]) => (equal === undefined ? `nullif(${l}, ${r})` : `(CASE WHEN ${equal} THEN NULL ELSE ${l} END)`),
    {
      nullable: true,
      check: unlessEqual,
    },
  ),
  scalar(
    "nullifzero",
    "Returns NULL for 0, the argument otherwise.",
    takes(any),
    first,
    ([value, zero]) => `(CASE WHEN ${zero} THEN NULL ELSE ${value} END)`,
    {
      nullable: true,
      check: ([value], session) => [value!, equals(value!, integerLiteral(0), session)],
    },
  ),
  scalar("zeroifnull", "Returns 0 for NULL, the argument otherwise.", takes(any), first, (args) => `coalesce(${args.join(", ")})`, {
    nullable: false,
    check: ([value], session) => {
      const type = commonTypeOf([typeOf(value!), t.integerType], session) ?? t.integerType;
      return [castTo(value!, type, session), castTo(integerLiteral(0), type, session)];
    },
  }),
];
