import { runSql } from "../../dataframe/sql.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { expressionOf } from "../expression/expression.ts";
import type { SQL, SubqueryAlias, WithRelations } from "../protocol/spark/connect/relations_pb.js";
import { literalExpression } from "./frame.ts";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";

/** A query: clients send commands as commands. */
export const sqlOf = (sql: SQL, t: Scope): Promise<LogicalPlan> => queryPlan(sql, new Map(), t);

/** A query whose text names relations beside it, or a plan whose subqueries are relations beside it. */
export async function withRelationsOf({ root, references }: WithRelations, t: Scope): Promise<LogicalPlan> {
  const named = references.flatMap(({ relType }) => (relType.case === "subqueryAlias" ? [relType.value] : []));
  if (root?.relType.case === "sql" && named.length === references.length) return queryPlan(root.relType.value, await plansOf(named, t), t);
  return { kind: "project", expressions: [{ kind: "unresolvedStar" }], child: await planOf(root, t.beside(references)) };
}

async function plansOf(named: readonly SubqueryAlias[], t: Scope): Promise<ReadonlyMap<string, LogicalPlan>> {
  const plans = new Map<string, LogicalPlan>();
  for (const { alias, input } of named) plans.set(alias, await planOf(input, t));
  return plans;
}

async function queryPlan(sql: SQL, relations: ReadonlyMap<string, LogicalPlan>, t: Scope): Promise<LogicalPlan> {
  const outcome = await runSql(t.spark, { text: sql.query, parameters: await parametersOf(sql, t), relations });
  return outcome.plan;
}

/** Values by name or by position; older clients send literals. */
export async function parametersOf(
  { args, posArgs, namedArguments, posArguments }: SQL,
  t: Scope,
): Promise<ReadonlyMap<string | number, Expression>> {
  const values = new Map<string | number, Expression>();
  for (const [name, value] of Object.entries(args)) values.set(name, await literalExpression(value, t));
  for (const [name, value] of Object.entries(namedArguments)) values.set(name, await expressionOf(value, t));
  for (const value of posArgs) values.set(values.size, await literalExpression(value, t));
  for (const value of posArguments) values.set(values.size, await expressionOf(value, t));
  return values;
}
