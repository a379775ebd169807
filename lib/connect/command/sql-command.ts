import { create } from "@bufbuild/protobuf";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { schemaToJson } from "../../engine/types/json.ts";
import { rowsPlan } from "../../sql/session/outcome.ts";
import { StatementContext } from "../../sql/session/statement-context.ts";
import { invalidPlan } from "../invalid-plan.ts";
import type { SqlCommand } from "../protocol/spark/connect/commands_pb.js";
import { LocalRelationSchema, type Relation, RelationSchema, SQLSchema } from "../protocol/spark/connect/relations_pb.js";
import { type Statement, statementOf } from "../relation/sql.ts";
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
  const { text, parameters, relations } = await statementIn(relation, t);
  const { plan, command } = await t.spark.statements.run(text, parameters, relations);
  // A script's rows are known as well: it is never run twice.
  if (command || plan.kind === "localRelation") return reply.sqlCommandResult(await rowsOf(plan, t));
  await t.spark.engine.schema(await t.spark.settled(plan), t.spark.conf.forEngine());
  return reply.sqlCommandResult(relation);
};

/** What clients before 4.0 send. */
const withoutInput = ({ sql: query, args, posArgs, namedArguments, posArguments }: SqlCommand): Relation =>
  create(RelationSchema, { relType: { case: "sql", value: create(SQLSchema, { query, args, posArgs, namedArguments, posArguments }) } });

/** The statement in what a client sends, with the relations beside it. */
async function statementIn({ relType }: Relation, t: Translation): Promise<Statement> {
  if (relType.case === "sql") return statementOf(relType.value, [], t);
  const root = relType.case === "withRelations" ? relType.value.root?.relType : undefined;
  if (relType.case !== "withRelations" || root?.case !== "sql") throw invalidPlan("a statement that is no SQL text");
  const named = relType.value.references.map(({ relType: reference }) => {
    if (reference.case !== "subqueryAlias") throw invalidPlan("a relation without a name beside a statement");
    return reference.value;
  });
  return statementOf(root.value, named, t);
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
