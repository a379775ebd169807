import { AnalysisError } from "../../engine/errors.ts";
import type { Literal } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { NamedVariable } from "../lower/context.ts";
import { variableNameOf } from "./names.ts";

export interface Variable {
  readonly value: Literal;
  /** The text of DEFAULT. */
  readonly defaultText: string;
}

/** Spark's spelling of where variables of a session are. */
export const VARIABLE_PATH = "`SYSTEM`.`SESSION`";
const idOf = (name: string): string => sqlId(["system", "session", name]);

/** The variables of a session. Source: Spark's TempVariableManager. */
export class Variables {
  readonly #variables = new Map<string, Variable>();

  find(parts: readonly string[]): Variable | undefined {
    const name = variableNameOf(parts);
    return name === undefined ? undefined : this.#variables.get(name);
  }

  named(parts: readonly string[]): NamedVariable | undefined {
    const found = this.find(parts);
    return found && { path: ["system", "session", variableNameOf(parts)!], value: found.value };
  }

  /** Throws UNRESOLVED_VARIABLE for names of elsewhere, DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE and VARIABLE_ALREADY_EXISTS. */
  declare(names: readonly (readonly string[])[], variable: Variable, replace: boolean): void {
    const keys = names.map((parts) => variableNameOf(parts) ?? unresolved(parts));
    for (const [i, key] of keys.entries()) {
      if (keys.indexOf(key) < i) throw new AnalysisError("DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE", { variableName: idOf(key) });
      if (!replace && this.#variables.has(key)) throw new AnalysisError("VARIABLE_ALREADY_EXISTS", { variableName: idOf(key) });
    }
    for (const key of keys) this.#variables.set(key, variable);
  }

  /** Throws UNRESOLVED_VARIABLE. */
  set(parts: readonly string[], value: Literal): void {
    const known = this.find(parts) ?? unresolved(parts);
    this.#variables.set(variableNameOf(parts)!, { ...known, value });
  }

  /** Throws VARIABLE_NOT_FOUND unless `ifExists`. */
  drop(parts: readonly string[], ifExists: boolean): void {
    const key = variableNameOf(parts) ?? unresolved(parts);
    if (!this.#variables.delete(key) && !ifExists) throw new AnalysisError("VARIABLE_NOT_FOUND", { variableName: idOf(key) });
  }

  /** Takes over what another session has of its own. */
  copyFrom(other: Variables): void {
    for (const [name, value] of other.#variables) this.#variables.set(name, value);
  }
}

export function unresolved(parts: readonly string[]): never {
  throw new AnalysisError("UNRESOLVED_VARIABLE", { variableName: sqlId(parts), searchPath: VARIABLE_PATH });
}
