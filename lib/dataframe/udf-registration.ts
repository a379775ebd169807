import { checkArgumentNames } from "../engine/analyzer/named-arguments.ts";
import { AnalysisError } from "../engine/errors.ts";
import { sqlId } from "../engine/expressions/quoting.ts";
import { transformUp } from "../engine/expressions/traverse.ts";
import { pythonCall } from "../engine/functions/python-call.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { transformAllUp } from "../engine/logical/subqueries.ts";
import { mapExpressions } from "../engine/logical/traverse.ts";
import type { DataType } from "../engine/types/data-type.ts";
import { allPlans, analyzedNode } from "./python-table-analysis.ts";
import { besideRows, type RegisteredTableFunction, tableEvaluation } from "./python-table-function.ts";
import type { SparkSession } from "./session.ts";
import { type UdfOptions, type UserDefinedFunction, udf } from "./udf.ts";

/** A session's functions by name, as `spark.udf`: `call_function("name", ...)` calls them. */
export class UdfRegistration {
  readonly #functions = new Map<string, UserDefinedFunction>();
  readonly #tables = new Map<string, RegisteredTableFunction>();

  /** Names a function, in any case, and gives it back; a later one of the same name takes its place. */
  register(
    name: string,
    f: UserDefinedFunction | ((...args: never[]) => unknown),
    returnType?: DataType | string,
    options?: UdfOptions,
  ): UserDefinedFunction {
    const made = "userFunction" in f ? f : udf(f, returnType, { ...options, name });
    this.#functions.set(name.toLowerCase(), made);
    return made;
  }

  /** @internal Names a table function, in any case. */
  registerTable(name: string, f: RegisteredTableFunction): void {
    this.#tables.set(name.toLowerCase(), f);
  }

  /** @internal Of all of them, in lower case. */
  names(): readonly string[] {
    return [...this.#functions.keys(), ...this.#tables.keys()];
  }
  /** @internal Forgets functions of a name; gives whether there was one. */
  drop(name: string): boolean {
    const functionDropped = this.#functions.delete(name.toLowerCase());
    return this.#tables.delete(name.toLowerCase()) || functionDropped;
  }
  /** @internal Takes over what another session has registered. */
  copyFrom(other: UdfRegistration): void {
    for (const [name, f] of other.#functions) this.#functions.set(name, f);
    for (const [name, f] of other.#tables) this.#tables.set(name, f);
  }
  /** @internal The plan with calls of those table functions put in that have to be asked for their columns, the innermost first. */
  async analyze(plan: LogicalPlan, session: SparkSession): Promise<LogicalPlan> {
    if (![...this.#tables.values()].some(({ schema }) => !schema)) return plan;
    for (let next = plan; ; ) {
      const asked = allPlans(next).find((node) => this.#asks(node));
      if (!asked) return next;
      const found = this.#asks(asked)!;
      const made = await analyzedNode(found, asked, session);
      next = transformAllUp(next, (node) => (node === asked ? made : node));
    }
  }

  #asks(node: LogicalPlan): RegisteredTableFunction | undefined {
    const name =
      node.kind === "tableFunction" && node.nameParts.length === 1
        ? node.nameParts[0]!
        : node.kind === "lateralView" && node.generator.kind === "unresolvedFunction"
          ? node.generator.name
          : undefined;
    const found = name === undefined ? undefined : this.#tables.get(name.toLowerCase());
    return found && !found.schema ? found : undefined;
  }

  /** @internal The plan with calls of these functions put in by name. */
  bind(plan: LogicalPlan): LogicalPlan {
    if (this.#functions.size === 0 && this.#tables.size === 0) return plan;
    const tables = this.#tables.size === 0 ? plan : transformAllUp(plan, (node) => this.#tableCall(node));
    return transformAllUp(tables, (node) => this.#bindNode(node));
  }

  /** A table function of the session's in FROM, or beside the rows that it takes its arguments from. */
  #tableCall(node: LogicalPlan): LogicalPlan {
    const found =
      node.kind === "tableFunction" && node.nameParts.length === 1 ? this.#tables.get(node.nameParts[0]!.toLowerCase()) : undefined;
    if (found?.schema && node.kind === "tableFunction") return tableEvaluation({ ...found, schema: found.schema }, node.args, node.input);
    if (node.kind !== "lateralView" || node.generator.kind !== "unresolvedFunction") return node;
    const beside = this.#tables.get(node.generator.name.toLowerCase());
    return beside?.schema ? besideRows({ ...beside, schema: beside.schema }, node.generator.args, node) : node;
  }

  #bindNode(node: LogicalPlan): LogicalPlan {
    return mapExpressions(node, (expression) =>
      transformUp(expression, (e) => {
        const found = e.kind === "unresolvedFunction" ? this.#functions.get(e.name.toLowerCase()) : undefined;
        if (e.kind === "unresolvedFunction" && !found && this.#tables.has(e.name.toLowerCase()))
          throw new AnalysisError("NOT_A_SCALAR_FUNCTION", { functionName: sqlId([e.name]) });
        if (!found || e.kind !== "unresolvedFunction") return e;
        checkArgumentNames(e.args, sqlId([e.name]));
        if (found.userFunction.python) return pythonCall(found.userFunction, found.returnType, e.args, e.origin);
        const origin = e.origin === undefined ? {} : { origin: e.origin };
        return { kind: "userFunction", function: found.userFunction, args: e.args, type: found.returnType, nullable: true, ...origin };
      }),
    );
  }
}
