import { AnalysisError, FirecrestError } from "../../engine/errors.ts";
import { literal } from "../../engine/expressions/build.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { type Command, runCommand } from "../commands/commands.ts";
import { initialValue } from "../commands/variable.ts";
import { nothing, rowsPlan, type StatementOutcome } from "../session/outcome.ts";
import { StatementContext } from "../session/statement-context.ts";
import type { Expression } from "../syntax/expression.ts";
import type { CompoundStatement, ScriptStatement } from "../syntax/script.ts";
import type { Span } from "../syntax/span.ts";
import type { Statement } from "../syntax/statement.ts";
import { type FoundHandler, Scope } from "./scope.ts";

/** Rows that a query inside a script may have: its result is kept, and FOR goes through it. */
const MOST_ROWS = 100_000;

/** Leaves a loop or block by its label, begins a loop's next turn, or ends the block whose EXIT handler has run. */
class Jump {
  readonly kind: "leave" | "iterate";
  readonly target: string | Scope;
  constructor(kind: "leave" | "iterate", target: string | Scope) {
    this.kind = kind;
    this.target = target;
  }
}

/** An error that no block has a handler for. */
class Unhandled {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
}

type Of<K extends ScriptStatement["kind"], S = ScriptStatement> = S extends { readonly kind: infer T } ? (K extends T ? S : never) : never;
type Control = "if" | "caseStatement" | "while" | "repeat" | "loop" | "for" | "leave" | "iterate" | "declareCondition" | "declareHandler";
type Runner<K extends ScriptStatement["kind"]> = (statement: Of<K>, scope: Scope, script: Script) => Promise<void>;

interface Script {
  readonly context: StatementContext;
  /** The rows of the last query that ran. */
  result: StatementOutcome;
}

/** BEGIN ... END: the rows of the last query in it. Source: Spark's SqlScriptingExecution. */
export const runScript: Command<"compound"> = async (statement, context) => {
  const script: Script = { context, result: nothing() };
  try {
    await runBlock(statement, undefined, script);
  } catch (thrown) {
    throw thrown instanceof Unhandled ? thrown.error : thrown;
  }
  return script.result;
};

async function runBlock({ label, body }: CompoundStatement, outside: Scope | undefined, script: Script, behind = outside): Promise<void> {
  const scope = new Scope(label?.name, outside, behind);
  for (const statement of body) if (statement.kind === "declareHandler") scope.declareHandler(statement);
  try {
    await runAll(body, scope, script);
  } catch (thrown) {
    const isHere = thrown instanceof Jump && thrown.kind === "leave" && (thrown.target === scope || isLabel(thrown, label?.name));
    if (!isHere) throw thrown;
  }
}

const isLabel = ({ target }: Jump, label: string | undefined): boolean => label !== undefined && target === label.toLowerCase();

async function runAll(statements: readonly ScriptStatement[], scope: Scope, script: Script): Promise<void> {
  for (const statement of statements) await runOne(statement, scope, script);
}

/** Runs a statement; where it fails, the nearest handler for the error runs, and the script goes on behind the statement or behind the handler's block. */
async function runOne(statement: ScriptStatement, scope: Scope, script: Script): Promise<void> {
  try {
    await (isControl(statement)
      ? (controls[statement.kind] as Runner<Control>)(statement as never, scope, script)
      : runPlain(statement, scope, script));
  } catch (thrown) {
    // What Firecrest lacks is told of, whatever a script does about mistakes.
    if (!(thrown instanceof FirecrestError) || thrown.condition.startsWith("FIRECREST_")) throw thrown;
    const found = scope.handlerFor(thrown);
    if (!found) throw new Unhandled(thrown);
    await runHandler(found, script);
  }
}

/** Runs a handler. What goes wrong in it ends it, where a handler further out is for that: then the handler's own block ends as ever. */
async function runHandler({ handler, scope }: FoundHandler, script: Script): Promise<void> {
  try {
    await runBlock({ kind: "compound", body: handler.body }, scope, script, scope.outside);
  } catch (thrown) {
    if (!(thrown instanceof Jump) || !(thrown.target instanceof Scope)) throw thrown;
  }
  if (handler.action === "exit") throw new Jump("leave", scope);
}

const isControl = (statement: ScriptStatement): statement is Of<Control> => Object.hasOwn(controls, statement.kind);

/** A statement as it would run outside a script, with the script's variables. */
async function runPlain(statement: Statement, scope: Scope, script: Script): Promise<void> {
  if (statement.kind === "compound") return runBlock(statement, scope, script);
  const context = contextIn(scope, script);
  if (statement.kind === "declareVariable") {
    const names = statement.names.map((name) => localName(context.parts(name)));
    if (statement.replace) throw new AnalysisError("INVALID_VARIABLE_DECLARATION.REPLACE_LOCAL_VARIABLE", { varName: sqlId(names) });
    const value = await initialValue(statement, context);
    for (const name of names) scope.declare(name, { value, defaultText: statement.defaultText ?? "null" });
    return undefined;
  }
  const outcome = await runCommand(statement, context);
  if (outcome.command) return undefined;
  const { schema, rows } = await context.rows(outcome.plan, MOST_ROWS);
  script.result = { plan: rowsPlan(schema, rows) };
  return undefined;
}

/** Throws INVALID_VARIABLE_DECLARATION.QUALIFIED_LOCAL_VARIABLE. */
function localName(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0]!;
  throw new AnalysisError("INVALID_VARIABLE_DECLARATION.QUALIFIED_LOCAL_VARIABLE", { varName: sqlId(parts) });
}

const contextIn = (scope: Scope, { context }: Script): StatementContext =>
  new StatementContext(context.session, context.text, context.bindings, scope);

const controls: { readonly [K in Control]: Runner<K> } = {
  if: async ({ branches, otherwise = [] }, scope, script) => {
    for (const { condition, body } of branches) if (await holds(condition, scope, script)) return runAll(body, scope, script);
    return runAll(otherwise, scope, script);
  },
  caseStatement: async ({ value, branches, otherwise = [] }, scope, script) => {
    for (const { when, body } of branches) {
      const condition: Expression = value
        ? { kind: "comparison", operator: "=", left: value, right: when, start: when.start, end: when.end }
        : when;
      if (await holds(condition, scope, script)) return runAll(body, scope, script);
    }
    return runAll(otherwise, scope, script);
  },
  while: async ({ label, condition, body }, scope, script) => {
    while (await holds(condition, scope, script)) if (await turn(body, label?.name, scope, script)) return;
  },
  repeat: async ({ label, body, until }, scope, script) => {
    do if (await turn(body, label?.name, scope, script)) return;
    while (!(await holds(until, scope, script)));
  },
  loop: async ({ label, body }, scope, script) => {
    while (!(await turn(body, label?.name, scope, script)));
  },
  for: async ({ label, variable, query, body }, scope, script) => {
    const context = contextIn(scope, script);
    const { schema, rows } = await context.rows(await context.lower(query), MOST_ROWS);
    for (const row of rows) {
      const own = new Scope(variable?.name, scope);
      for (const [i, { name, dataType }] of schema.fields.entries())
        own.declare(name, { value: literal(row[i]!, dataType), defaultText: "null" });
      if (await turn(body, label?.name, own, script)) return;
    }
  },
  leave: async ({ label }) => {
    throw new Jump("leave", label.name.toLowerCase());
  },
  iterate: async ({ label }) => {
    throw new Jump("iterate", label.name.toLowerCase());
  },
  // A block has its handlers from its beginning: they are there for its variables' values too.
  declareCondition: async () => undefined,
  declareHandler: async () => undefined,
};

/** One turn of a loop; gives whether it was the last. */
async function turn(body: readonly ScriptStatement[], label: string | undefined, scope: Scope, script: Script): Promise<boolean> {
  try {
    await runAll(body, scope, script);
    return false;
  } catch (thrown) {
    if (!(thrown instanceof Jump) || !isLabel(thrown, label)) throw thrown;
    return thrown.kind === "leave";
  }
}

/** Whether a condition is true: NULL is not. Throws INVALID_BOOLEAN_STATEMENT. */
async function holds(condition: Expression & Span, scope: Scope, script: Script): Promise<boolean> {
  const context = contextIn(scope, script);
  const { value, type } = await context.evaluate(condition);
  if (type.kind !== "boolean")
    throw new AnalysisError("INVALID_BOOLEAN_STATEMENT", {
      invalidStatement: context.text.slice(condition.start, condition.end).toUpperCase(),
    });
  return value === true;
}
