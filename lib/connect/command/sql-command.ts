import { create } from "@bufbuild/protobuf";
import type { Expression as EngineExpression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { schemaToJson } from "../../engine/types/json.ts";
import { rowsPlan } from "../../sql/session/outcome.ts";
import { StatementContext } from "../../sql/session/statement-context.ts";
import { expressionOf } from "../expression/expression.ts";
import { literalOf } from "../expression/literal.ts";
import { invalidPlan } from "../invalid-plan.ts";
import type { SqlCommand } from "../protocol/spark/connect/commands_pb.js";
import { LocalRelationSchema, type Relation, RelationSchema, type SQL, SQLSchema } from "../protocol/spark/connect/relations_pb.js";
import { planOf } from "../relation/relation.ts";
import type { Translation } from "../translation.ts";
import type { Rule } from "./command.ts";

/** Rows of a command that travel back in a message. */
const MOST_ROWS = 100_000;

/**
 * A statement of `spark.sql`. What is no query has been done when the answer comes, which holds its rows; a query comes back as it
 * came, once it is known to have a meaning, and the client asks for its rows when it wants them.
 */
export const runSqlCommand: Rule<"sqlCommand"> = async (message, t, reply) => {
  const relation = message.input ?? withoutInput(message);
  const { sql, relations } = await statementOf(relation, t);
  const { plan, command } = await t.spark.statements.run(sql.query, await parametersOf(sql, t), relations);
  // A script's rows are known as well: it is never run twice.
  if (command || plan.kind === "localRelation") return reply.sqlCommandResult(await rowsOf(plan, t));
  await t.spark.engine.schema(await t.spark.settled(plan), t.spark.conf.forEngine());
  return reply.sqlCommandResult(relation);
};

/** What clients before 4.0 send. */
const withoutInput = ({ sql: query, args, posArgs, namedArguments, posArguments }: SqlCommand): Relation =>
  create(RelationSchema, { relType: { case: "sql", value: create(SQLSchema, { query, args, posArgs, namedArguments, posArguments }) } });

/** The text, and the plans that it knows by name. */
async function statementOf(
  { relType }: Relation,
  t: Translation,
): Promise<{ readonly sql: SQL; readonly relations: ReadonlyMap<string, LogicalPlan> }> {
  if (relType.case === "sql") return { sql: relType.value, relations: new Map() };
  const root = relType.case === "withRelations" ? relType.value.root?.relType : undefined;
  if (relType.case !== "withRelations" || root?.case !== "sql") throw invalidPlan("a statement that is no SQL text");
  const relations = new Map<string, LogicalPlan>();
  for (const { relType: reference } of relType.value.references) {
    if (reference.case !== "subqueryAlias") throw invalidPlan("a relation without a name beside a statement");
    relations.set(reference.value.alias, await planOf(reference.value.input, t));
  }
  return { sql: root.value, relations };
}

/** Values of `:name` by name, of `?` by place. */
async function parametersOf(sql: SQL, t: Translation): Promise<ReadonlyMap<string | number, EngineExpression>> {
  const named = Object.entries(sql.namedArguments);
  const given = named.length > 0 ? named : [...sql.posArguments.entries()];
  const parameters = new Map<string | number, EngineExpression>();
  for (const [key, expression] of given) parameters.set(key, await expressionOf(expression, t));
  if (parameters.size > 0) return parameters;
  const literals = Object.entries(sql.args);
  return new Map((literals.length > 0 ? literals : [...sql.posArgs.entries()]).map(([key, value]) => [key, literalOf(value)]));
}

/** Rows as a relation that the client sends back when it wants them. */
async function rowsOf(plan: LogicalPlan, { spark }: Translation): Promise<Relation> {
  const local = plan.kind === "localRelation" ? plan : await computed(plan, new StatementContext(spark.statements, ""));
  const data = local.arrow === "" ? {} : { data: new Uint8Array(Buffer.from(local.arrow, "base64")) };
  const value = create(LocalRelationSchema, { ...data, schema: schemaToJson(local.schema) });
  return create(RelationSchema, { relType: { case: "localRelation", value } });
}

async function computed(plan: LogicalPlan, context: StatementContext): Promise<Extract<LogicalPlan, { kind: "localRelation" }>> {
  const { schema, rows } = await context.rows(await context.session.settle(plan), MOST_ROWS);
  return rowsPlan(schema, rows);
}
