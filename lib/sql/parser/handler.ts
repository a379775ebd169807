import type { Cursor } from "../lexer/cursor.ts";
import type { HandlerCondition, ScriptStatement } from "../syntax/script.ts";
import { parsePlainName } from "./plain-name.ts";
import { refuse, sqlId } from "./refuse.ts";

type Condition = Omit<Extract<ScriptStatement, { kind: "declareCondition" }>, "start" | "end">;

/** `DECLARE name CONDITION [FOR SQLSTATE [VALUE] '45000']`. */
export function parseCondition(c: Cursor): Condition {
  const start = c.expect("DECLARE");
  const name = c.identifier();
  c.expect("CONDITION");
  const sqlState = c.accept("FOR") ? parseState(c) : undefined;
  if (!/^[A-Za-z0-9_]+$/.test(name.name)) {
    const parameters = { conditionName: sqlId(name.name) };
    refuse(c, "INVALID_ERROR_CONDITION_DECLARATION.SPECIAL_CHARACTER_FOUND", parameters, start);
  }
  return { kind: "declareCondition", name, ...(sqlState === undefined ? {} : { sqlState }) };
}

/** `SQLSTATE [VALUE] '22012'`: five letters or digits, and no class that means success. */
function parseState(c: Cursor): string {
  c.expect("SQLSTATE");
  c.accept("VALUE");
  const place = c.peek();
  const sqlState = c.string();
  if (!/^[A-Za-z0-9]{5}$/.test(sqlState) || /^(00|01|XX)/.test(sqlState)) refuse(c, "INVALID_SQLSTATE", { sqlState }, place);
  return sqlState;
}

/** `DECLARE EXIT HANDLER FOR conditions`: what stands before the handler's statement. */
export function parseHandlerHead(c: Cursor): { readonly action: "exit" | "continue"; readonly conditions: readonly HandlerCondition[] } {
  const start = c.expect("DECLARE");
  const action = c.acceptAny("EXIT", "CONTINUE") === "EXIT" ? "exit" : "continue";
  if (action === "continue" && !c.options.continueHandlers) refuse(c, "UNSUPPORTED_FEATURE.CONTINUE_EXCEPTION_HANDLER", {}, start);
  c.expect("HANDLER", "FOR");
  const conditions = c.list(() => parseHandled(c));
  checkHandled(c, conditions, start);
  return { action, conditions };
}

function parseHandled(c: Cursor): HandlerCondition {
  if (c.at("SQLSTATE")) return { kind: "sqlState", sqlState: parseState(c) };
  if (c.accept("SQLEXCEPTION")) return { kind: "sqlException" };
  if (c.accept("NOT", "FOUND")) return { kind: "notFound" };
  return { kind: "condition", name: parsePlainName(c).parts };
}

/** Each condition once, and the general ones alone. */
function checkHandled(c: Cursor, conditions: readonly HandlerCondition[], at: { readonly start: number }): void {
  const seen = new Set<string>();
  for (const handled of conditions) {
    const text = textOf(handled);
    if (!seen.has(`${handled.kind} ${text}`)) seen.add(`${handled.kind} ${text}`);
    else if (handled.kind === "sqlState") {
      refuse(c, "INVALID_HANDLER_DECLARATION.DUPLICATE_SQLSTATE_IN_HANDLER_DECLARATION", { sqlState: text }, at);
    } else refuse(c, "INVALID_HANDLER_DECLARATION.DUPLICATE_CONDITION_IN_HANDLER_DECLARATION", { condition: text }, at);
  }
  const general = conditions.some(({ kind }) => kind === "sqlException" || kind === "notFound");
  if (general && conditions.some(({ kind }) => kind === "sqlState" || kind === "condition")) {
    refuse(c, "INVALID_HANDLER_DECLARATION.INVALID_CONDITION_COMBINATION", {}, at);
  }
}

function textOf(handled: HandlerCondition): string {
  if (handled.kind === "sqlState") return handled.sqlState.toUpperCase();
  if (handled.kind === "condition") return conditionText(handled);
  return handled.kind === "notFound" ? "NOT FOUND" : "SQLEXCEPTION";
}

/** A condition's name as conditions are written. */
export function conditionText({ name }: Extract<HandlerCondition, { kind: "condition" }>): string {
  return name.map((part) => part.name.toUpperCase()).join(".");
}
