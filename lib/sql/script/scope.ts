import { AnalysisError, type FirecrestError } from "../../engine/errors.ts";
import type { Literal } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { NamedVariable } from "../lower/context.ts";
import type { Scopes } from "../session/statement-context.ts";
import type { Variable } from "../session/variables.ts";
import type { HandlerCondition, ScriptStatement } from "../syntax/script.ts";

export type Handler = Extract<ScriptStatement, { kind: "declareHandler" }>;

/** A handler and the block that declares it. */
export interface FoundHandler {
  readonly handler: Handler;
  readonly scope: Scope;
}

/** What a block of a script has declared; names are found from the inside out. */
export class Scope implements Scopes {
  readonly label: string | undefined;
  readonly #parent: Scope | undefined;
  /** Where the search for handlers goes on: inside a handler's body that is behind the block of the handler. */
  readonly #handlersBehind: Scope | undefined;
  readonly #variables = new Map<string, Variable>();
  readonly #handlers: Handler[] = [];

  constructor(label: string | undefined, parent?: Scope, handlersBehind: Scope | undefined = parent) {
    this.label = label?.toLowerCase();
    this.#parent = parent;
    this.#handlersBehind = handlersBehind;
  }
  get outside(): Scope | undefined {
    return this.#handlersBehind;
  }

  /** Throws VARIABLE_ALREADY_EXISTS. */
  declare(name: string, variable: Variable): void {
    const key = name.toLowerCase();
    if (this.#variables.has(key))
      throw new AnalysisError("VARIABLE_ALREADY_EXISTS", { variableName: sqlId(this.label === undefined ? [key] : [this.label, key]) });
    this.#variables.set(key, variable);
  }
  declareHandler(handler: Handler): void {
    this.#handlers.push(handler);
  }

  variable(parts: readonly string[]): NamedVariable | undefined {
    const found = this.#find(parts);
    if (!found) return undefined;
    const { label } = found.scope;
    return { path: ["local", ...(label === undefined ? [] : [label]), found.key], value: found.variable.value };
  }
  defaultText(parts: readonly string[]): string | undefined {
    return this.#find(parts)?.variable.defaultText;
  }
  assign(parts: readonly string[], value: Literal): boolean {
    const found = this.#find(parts);
    if (found) found.scope.#variables.set(found.key, { ...found.variable, value });
    return found !== undefined;
  }

  /** `x`, or `label.x`. */
  #find(parts: readonly string[]): { readonly scope: Scope; readonly key: string; readonly variable: Variable } | undefined {
    const [key, label, ...more] = parts.map((part) => part.toLowerCase()).reverse() as [string, string?];
    const own = label === undefined || label === this.label ? this.#variables.get(key) : undefined;
    if (own && more.length === 0) return { scope: this, key, variable: own };
    return this.#parent ? this.#parent.#find(parts) : undefined;
  }

  /** The handler of the nearest block that has one for an error. */
  handlerFor(error: FirecrestError): FoundHandler | undefined {
    const handler = this.#ownHandler(error);
    return handler ? { handler, scope: this } : this.#handlersBehind?.handlerFor(error);
  }

  /**
   * What names the condition counts before what names its class. Conditions that a script declares have names that no error has.
   * Source: Spark's SqlScriptingExecutionScope.findHandler.
   */
  #ownHandler({ condition, sqlState }: FirecrestError): Handler | undefined {
    const having = (test: (c: HandlerCondition) => boolean) => this.#handlers.find(({ conditions }) => conditions.some(test));
    const named = (name: string) => having((c) => c.kind === "condition" && nameOf(c.name) === name);
    const isNotFound = sqlState.startsWith("02");
    return (
      named(condition) ??
      named(condition.split(".")[0]!) ??
      having((c) => c.kind === "sqlState" && c.sqlState.toUpperCase() === sqlState) ??
      (isNotFound ? having((c) => c.kind === "notFound") : undefined) ??
      (isNotFound || sqlState.startsWith("XX") ? undefined : having((c) => c.kind === "sqlException"))
    );
  }
}

const nameOf = (parts: readonly { readonly name: string }[]): string => parts.map((part) => part.name.toUpperCase()).join(".");
