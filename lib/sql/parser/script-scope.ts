import { conditions as sparkConditions } from "../../engine/errors/conditions.ts";
import type { Cursor } from "../lexer/cursor.ts";
import type { HandlerCondition, ScriptStatement } from "../syntax/script.ts";
import type { Identifier } from "../syntax/span.ts";
import { conditionText } from "./handler.ts";
import { refuse, sqlId } from "./refuse.ts";

type Place = { readonly start: number };

/** What a script's statements see around them: labels, FOR variables, declared conditions. */
export class ScriptScope {
  readonly #c: Cursor;
  /** Innermost last; blocks can be left, but not iterated. */
  readonly #enclosing: { readonly name: string; readonly kind: "block" | "loop" | "variable" }[] = [];
  readonly #declared: { readonly name: string; readonly by: BodyOrder }[] = [];

  constructor(c: Cursor) {
    this.#c = c;
  }

  /** Reads what a label or a FOR variable stands around. Spark keeps both in one space of names. */
  within<T>(label: Identifier | undefined, isBlock: boolean, parse: () => T, kind: "label" | "variable" = "label"): T {
    if (!label) return parse();
    const name = label.name.toLowerCase();
    if (this.#enclosing.some((outer) => outer.name === name)) {
      refuse(this.#c, "LABEL_OR_FOR_VARIABLE_ALREADY_EXISTS", { label: sqlId(name) }, label);
    }
    if (/^(builtin|session|sys.*)$/.test(name)) refuse(this.#c, "LABEL_OR_FOR_VARIABLE_NAME_FORBIDDEN", { label: sqlId(name) }, label);
    this.#enclosing.push({ name, kind: kind === "variable" ? "variable" : isBlock ? "block" : "loop" });
    const parsed = parse();
    this.#enclosing.pop();
    return parsed;
  }

  /** LEAVE and ITERATE name something around them. */
  checkJump(kind: "leave" | "iterate", label: Identifier): void {
    const name = label.name.toLowerCase();
    const target = this.#enclosing.findLast((outer) => outer.name === name && outer.kind !== "variable");
    const labelName = name.toUpperCase();
    if (!target) refuse(this.#c, "INVALID_LABEL_USAGE.DOES_NOT_EXIST", { labelName, statementType: kind.toUpperCase() }, label);
    else if (kind === "iterate" && target.kind === "block")
      refuse(this.#c, "INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND", { labelName }, label);
  }

  declare(condition: Identifier, by: BodyOrder): void {
    const name = condition.name.toUpperCase();
    if (this.#isDeclared(name)) refuse(this.#c, "DUPLICATE_CONDITION_IN_SCOPE", { condition: sqlId(name) }, condition);
    this.#declared.push({ name, by });
  }

  /** Ends a body, and what it declared. */
  forget(by: BodyOrder): void {
    while (this.#declared.at(-1)?.by === by) this.#declared.pop();
  }

  #isDeclared(name: string): boolean {
    return this.#declared.some((declared) => declared.name === name);
  }

  /** A handler is for Spark's conditions and declared ones. */
  checkConditions(conditions: readonly HandlerCondition[], at: Place): void {
    for (const handled of conditions) {
      if (handled.kind !== "condition") continue;
      const condition = conditionText(handled);
      if (isSparks(condition) || (handled.name.length === 1 && this.#isDeclared(condition))) continue;
      refuse(this.#c, "INVALID_HANDLER_DECLARATION.CONDITION_NOT_FOUND", { condition }, at);
    }
  }
}

function isSparks(condition: string): boolean {
  const [main = "", sub, ...more] = condition.split(".");
  const found = Object.hasOwn(sparkConditions, main) ? sparkConditions[main] : undefined;
  if (!found || more.length) return false;
  return sub === undefined || (found.subconditions !== undefined && Object.hasOwn(found.subconditions, sub));
}

/** The order of a body: variables and conditions, then handlers, then statements. */
export class BodyOrder {
  readonly #c: Cursor;
  readonly #isScope: boolean;
  #reached: "declarations" | "handlers" | "statements" = "declarations";

  constructor(c: Cursor, isScope: boolean) {
    this.#c = c;
    this.#isScope = isScope;
  }

  take(statement: ScriptStatement): void {
    if (statement.kind === "declareVariable") this.#variable(statement);
    else if (statement.kind === "declareCondition") this.#condition(statement);
    else if (statement.kind !== "declareHandler") this.#reached = "statements";
    else if (this.#reached === "statements") {
      refuse(this.#c, "INVALID_HANDLER_DECLARATION.WRONG_PLACE_OF_DECLARATION", {}, statement);
    } else this.#reached = "handlers";
  }

  #variable(statement: Extract<ScriptStatement, { kind: "declareVariable" }>): void {
    const [name] = statement.names;
    const varName = name?.kind === "name" ? sqlId(...name.parts.map((part) => part.name)) : "";
    if (!this.#isScope) refuse(this.#c, "INVALID_VARIABLE_DECLARATION.NOT_ALLOWED_IN_SCOPE", { varName }, statement);
    if (this.#reached !== "declarations") refuse(this.#c, "INVALID_VARIABLE_DECLARATION.ONLY_AT_BEGINNING", { varName }, statement);
  }

  #condition(statement: Extract<ScriptStatement, { kind: "declareCondition" }>): void {
    if (this.#isScope && this.#reached === "declarations") return;
    const conditionName = sqlId(statement.name.name.toUpperCase());
    refuse(this.#c, "INVALID_ERROR_CONDITION_DECLARATION.NOT_AT_START_OF_COMPOUND_STATEMENT", { conditionName }, statement);
  }
}
