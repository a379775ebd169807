import { runSql } from "../../dataframe/sql.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { expressionOf } from "../expression/expression.ts";
import { literalOf } from "../expression/literal.ts";
import type { SQL, SubqueryAlias, WithRelations } from "../protocol/spark/connect/relations_pb.js";
import type { Translation } from "../translation.ts";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";

/** A statement's text, with the values of its parameters and the plans that it knows by name. */
export interface Statement {
  readonly text: string;
  readonly parameters: ReadonlyMap<string | number, Expression>;
  readonly relations: ReadonlyMap<string, LogicalPlan>;
}

/** A query: clients send commands as commands. */
export const sqlOf = async (sql: SQL, t: Scope): Promise<LogicalPlan> => queryPlan(await statementOf(sql, [], t), t);

/** A query whose text names relations beside it, or a plan whose subqueries are relations beside it. */
export async function withRelationsOf({ root, references }: WithRelations, t: Scope): Promise<LogicalPlan> {
  const named = references.flatMap(({ relType }) => (relType.case === "subqueryAlias" ? [relType.value] : []));
  if (root?.relType.case === "sql" && named.length === references.length)
    return queryPlan(await statementOf(root.relType.value, named, t), t);
  return { kind: "project", expressions: [{ kind: "unresolvedStar" }], child: await planOf(root, t.beside(references)) };
}

async function queryPlan(statement: Statement, t: Scope): Promise<LogicalPlan> {
  const outcome = await runSql(t.spark, statement);
  return outcome.plan;
}

/** A statement, and the relations that stand beside it under a name. */
export async function statementOf(sql: SQL, named: readonly SubqueryAlias[], t: Translation): Promise<Statement> {
  const relations = new Map<string, LogicalPlan>();
  for (const { alias, input } of named) relations.set(alias, await planOf(input, t));
  return { text: sql.query, parameters: await parametersOf(sql, t), relations };
}

/** Values of `:name` by name, of `?` by place. Older clients send literals. Source: SparkConnectPlanner.transformSql. */
async function parametersOf({ args, posArgs, namedArguments, posArguments }: SQL, t: Translation): Promise<Statement["parameters"]> {
  const named = Object.entries(namedArguments);
  const given = named.length > 0 ? named : [...posArguments.entries()];
  const parameters = new Map<string | number, Expression>();
  for (const [key, expression] of given) parameters.set(key, await expressionOf(expression, t));
  if (parameters.size > 0) return parameters;
  const literals = Object.entries(args);
  return new Map((literals.length > 0 ? literals : [...posArgs.entries()]).map(([key, value]) => [key, literalOf(value)]));
}
