import type { Expression } from "../engine/expressions/expression.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import type { StatementOutcome } from "../sql/session/outcome.ts";
import { Column } from "./column.ts";
import { type LiteralInput, literalOf } from "./literal.ts";
import type { Relation } from "./relation.ts";
import type { SparkSession } from "./session.ts";

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

/** Runs a statement in a session. */
export const runSql = ({ statements }: SparkSession, { text, parameters, relations }: BoundStatement): Promise<StatementOutcome> =>
  statements.run(text, parameters, relations);

/** The meaning of an expression's text in a session. */
export async function lowerText({ statements }: SparkSession, text: string): Promise<Expression> {
  const { parserOptions } = await import("../sql/parser/options.ts");
  const { parseExpression } = await import("../sql/parser/parse.ts");
  const { StatementContext } = await import("../sql/session/statement-context.ts");
  const expression = parseExpression(text, parserOptions(statements.conf.getAll()));
  return new StatementContext(statements, text).lowerExpression(expression);
}
