import { runCommand } from "../commands/commands.ts";
import { parserOptions, withParameters } from "../parser/options.ts";
import { parseStatement } from "../parser/parse.ts";
import type { StatementOutcome } from "./outcome.ts";
import type { Bindings, SqlSession } from "./session.ts";
import { StatementContext } from "./statement-context.ts";
import { substituteVariables } from "./substitution.ts";

/** Reads and runs a statement's text. Throws FirecrestError. */
export async function runText(text: string, bindings: Bindings, session: SqlSession): Promise<StatementOutcome> {
  const substituted = substituteVariables(text, session.conf);
  const options = withParameters(parserOptions(session.conf.getAll()), bindings.parameters ?? new Map());
  return runCommand(parseStatement(substituted, options), new StatementContext(session, substituted, bindings));
}
