import type * as s from "../syntax/query.ts";
import { printExpression, printExpressions } from "./expression.ts";
import { printIdentifier, printIdentifiers, printName } from "./name.ts";
import {
  printBody,
  printClauses,
  printGroupBy,
  printLateralView,
  printSelectClause,
  printSetOperator,
  printWindows,
  words,
} from "./query.ts";
import { printJoin, printPivot, printSample, printUnpivot } from "./relation.ts";

type Pipes = { readonly [K in s.PipeOperator["kind"]]: (operator: Extract<s.PipeOperator, { kind: K }>) => string };

const pipes: Pipes = {
  select: ({ select, windows }) => words(printSelectClause(select), windows && printWindows(windows)),
  extend: ({ items }) => `EXTEND ${printExpressions(items)}`,
  set: ({ assignments }) => `SET ${assignments.map(({ name, value }) => `${printName(name)} = ${printExpression(value)}`).join(", ")}`,
  drop: ({ columns }) => `DROP ${printIdentifiers(columns)}`,
  as: ({ alias }) => `AS ${printIdentifier(alias)}`,
  where: ({ condition, windows }) => words(`WHERE ${printExpression(condition)}`, windows && printWindows(windows)),
  aggregate: ({ aggregates, groupBy }) => words("AGGREGATE", printExpressions(aggregates), groupBy && printGroupBy(groupBy)),
  join: ({ join }) => printJoin(join),
  pivot: ({ pivot }) => printPivot(pivot),
  unpivot: ({ unpivot }) => printUnpivot(unpivot),
  sample: ({ sample }) => printSample(sample),
  setOperation: (operation) => `${printSetOperator(operation)} ${printBody(operation.right)}`,
  organize: ({ clauses }) => printClauses(clauses),
  lateralView: ({ view }) => printLateralView(view),
};

/** What stands behind `|>`. */
export function printPipe(operator: s.PipeOperator): string {
  return (pipes[operator.kind] as (o: s.PipeOperator) => string)(operator);
}
