import { pythonCall } from "../engine/functions/python-call.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { transformExpressions } from "../engine/logical/traverse.ts";
import type { DataType } from "../engine/types/data-type.ts";
import { type UdfOptions, type UserDefinedFunction, udf } from "./udf.ts";

/** A session's functions by name, as `spark.udf`: `call_function("name", ...)` calls them. */
export class UdfRegistration {
  readonly #functions = new Map<string, UserDefinedFunction>();

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

  /** @internal Takes over what another session has registered. */
  copyFrom(other: UdfRegistration): void {
    for (const [name, f] of other.#functions) this.#functions.set(name, f);
  }
  /** @internal The plan with calls of these functions put in by name. */
  bind(plan: LogicalPlan): LogicalPlan {
    if (this.#functions.size === 0) return plan;
    return transformExpressions(plan, (e) => {
      const found = e.kind === "unresolvedFunction" ? this.#functions.get(e.name.toLowerCase()) : undefined;
      if (!found || e.kind !== "unresolvedFunction") return e;
      if (found.userFunction.python) return pythonCall(found.userFunction, found.returnType, e.args, e.origin);
      const origin = e.origin === undefined ? {} : { origin: e.origin };
      return { kind: "userFunction", function: found.userFunction, args: e.args, type: found.returnType, nullable: true, ...origin };
    });
  }
}
