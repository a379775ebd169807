import type { Expression } from "../engine/expressions/expression.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { readSettings } from "../engine/settings.ts";
import { structType } from "../engine/types/data-type.ts";
import type { LoweringContext } from "../sql/lower/context.ts";
import type { StatementOutcome } from "../sql/session/outcome.ts";
import { Column } from "./column.ts";
import { type LiteralInput, literalOf } from "./literal.ts";
import type { Relation } from "./relation.ts";
import type { SparkSession } from "./session.ts";
import { unsupported } from "./unsupported.ts";

/** A value of a parameter; a column must be one of constants, such as `F.array(...)`. */
export type SqlArgument = LiteralInput | Column<unknown, string>;
/** Values of `:name` by name, or of `?` by position. */
export type SqlArguments = Readonly<Record<string, SqlArgument>> | readonly SqlArgument[];
/** What may stand in a template: values, and DataFrames in the place of tables. */
export type SqlTemplateValue = SqlArgument | Relation<unknown>;

/** A text, and what its markers and some of its names stand for. */
export interface BoundStatement {
  readonly text: string;
  readonly parameters: ReadonlyMap<string | number, Expression>;
  /** DataFrames by the names that the text has for them. */
  readonly relations: ReadonlyMap<string, LogicalPlan>;
}

const NO_RELATIONS: ReadonlyMap<string, LogicalPlan> = new Map();

export function boundText(text: string, args: SqlArguments = []): BoundStatement {
  const values = Array.isArray(args) ? [...args.entries()] : Object.entries(args);
  return { text, parameters: new Map(values.map(([key, value]) => [key, expressionOf(value)])), relations: NO_RELATIONS };
}

let templates = 0;

/** The text of a template: a `?` in the place of each value, a name that nothing else has in the place of each DataFrame. */
export function boundTemplate(strings: TemplateStringsArray, values: readonly SqlTemplateValue[]): BoundStatement {
  const parameters = new Map<number, Expression>();
  const relations = new Map<string, LogicalPlan>();
  const prefix = `__firecrest_${templates++}`;
  const marks = values.map((value, i) => {
    if (isRelation(value)) {
      relations.set(`${prefix}_${i}`, value.plan);
      return `${prefix}_${i}`;
    }
    parameters.set(parameters.size, expressionOf(value));
    return "?";
  });
  return { text: strings.map((part, i) => part + (marks[i] ?? "")).join(""), parameters, relations };
}

const isRelation = (value: SqlTemplateValue): value is Relation<unknown> =>
  typeof value === "object" && value !== null && "sparkSession" in value;

const expressionOf = (value: SqlArgument): Expression => (value instanceof Column ? value.expression : literalOf(value as LiteralInput));

const NOTHING: LogicalPlan = { kind: "localRelation", schema: structType([]), arrow: "", rows: 0 };

/** Runs a statement in a session. */
export async function runSql(session: SparkSession, { text, parameters, relations }: BoundStatement): Promise<StatementOutcome> {
  const conf = session.conf.getAll();
  const { parserOptions } = await import("../sql/parser/options.ts");
  const { parseStatement } = await import("../sql/parser/parse.ts");
  const { lowerQuery } = await import("../sql/lower/query.ts");
  const statement = parseStatement(text, parserOptions(conf));
  const context = contextOf(session, parameters, relations);
  if (statement.kind === "createView" && statement.temporary && !statement.global && statement.name.kind === "name") {
    const plan = lowerQuery(statement.query, context);
    const names = statement.columns?.map(({ name }) => name.name);
    const named: LogicalPlan = names ? { kind: "toNames", names, child: plan } : plan;
    await session.engine.schema(named, session.conf.forEngine());
    session.catalog.createTempView(`\`${statement.name.parts.at(-1)!.name}\``, named, statement.replace);
    return { plan: NOTHING };
  }
  if (statement.kind === "dropView" && statement.name.kind === "name") {
    if (session.catalog.dropTempView(`\`${statement.name.parts.at(-1)!.name}\``) || statement.ifExists) return { plan: NOTHING };
  }
  if (statement.kind === "set" && statement.key !== undefined && statement.value !== undefined) {
    session.conf.set(statement.key, statement.value);
    return { plan: NOTHING };
  }
  if (statement.kind !== "query") throw unsupported(`The statement ${statement.kind}`);
  return { plan: lowerQuery(statement.query, context) };
}

/** The meaning of an expression's text in a session. */
export async function lowerText(session: SparkSession, text: string): Promise<Expression> {
  const { parserOptions } = await import("../sql/parser/options.ts");
  const { parseExpression } = await import("../sql/parser/parse.ts");
  const { lowerExpression } = await import("../sql/lower/expression.ts");
  return lowerExpression(parseExpression(text, parserOptions(session.conf.getAll())), contextOf(session));
}

/** What names and literals of a session's texts mean. */
export function contextOf(
  session: SparkSession,
  parameters: ReadonlyMap<string | number, Expression> = new Map(),
  relations: ReadonlyMap<string, LogicalPlan> = NO_RELATIONS,
): LoweringContext {
  const conf = session.conf.getAll();
  return {
    conf,
    session: readSettings(session.conf.forEngine()).session,
    relation: (parts) => {
      const given = parts.length === 1 ? relations.get(parts[0]!) : undefined;
      if (given) return given;
      const name = parts.map((part) => `\`${part}\``).join(".");
      return session.catalog.tableExists(name) ? session.catalog.plan(name) : undefined;
    },
    variable: () => undefined,
    function: () => undefined,
    parameters,
    currentCatalog: "spark_catalog",
    currentSchema: "default",
  };
}
