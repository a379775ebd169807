import { AnalysisError } from "../errors.ts";
import type { Alias, Attribute, Expression } from "../expressions/expression.ts";
import { referencesOf } from "../expressions/properties.ts";
import { sqlExpr, sqlId } from "../expressions/quoting.ts";
import { someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { equalNames, type Scope } from "./resolve-expression.ts";

/**
 * Lateral column aliases: `SELECT a + 1 AS b, b * 2`. A name that the relation does not have means an alias to its left; it becomes
 * the alias's own column, and `layered` computes what others use in a projection below. Source: Spark's ResolveLateralColumnAliasReference.
 */
export class LateralScope implements Scope {
  readonly #scope: Scope;
  readonly #session: SessionSettings;
  readonly #aliases: Alias[] = [];

  constructor(scope: Scope, session: SessionSettings) {
    this.#scope = scope;
    this.#session = session;
  }
  /** What stands to the right may use it. */
  add(expression: Expression): void {
    if (expression.kind === "alias") this.#aliases.push(expression);
  }
  all(target?: readonly string[], planId?: number): readonly Attribute[] {
    return this.#scope.all(target, planId);
  }
  holds(planId: number): boolean {
    return this.#scope.holds?.(planId) === true;
  }
  candidates(nameParts: readonly string[], planId: number | undefined) {
    const found = this.#scope.candidates(nameParts, planId);
    if (found.length > 0 || planId !== undefined) return found;
    const named = this.#aliases.filter((alias) => equalNames(alias.name, nameParts[0]!, this.#session));
    if (named.length > 1) {
      throw new AnalysisError("AMBIGUOUS_LATERAL_COLUMN_ALIAS", { name: sqlId(nameParts.slice(0, 1)), n: String(named.length) });
    }
    return named.map((alias) => ({ attribute: toAttribute(alias), rest: nameParts.slice(1), lateral: true as const }));
  }
}

const aliasesOf = (expressions: readonly Expression[]): ReadonlyMap<number, Alias> =>
  new Map(expressions.flatMap((e) => (e.kind === "alias" ? [[e.id, e] as const] : [])));

/** Whether an expression of a list uses an alias of the same list. */
export function hasLateral(expressions: readonly Expression[]): boolean {
  const aliases = aliasesOf(expressions);
  return aliases.size > 0 && expressions.some((e) => referencesOf(e).some((a) => aliases.has(a.id)));
}

/** The projection as a chain of projections: what others use is computed below them. */
export function layered(
  child: LogicalPlan,
  expressions: readonly Expression[],
  build: (child: LogicalPlan, expressions: readonly Expression[]) => LogicalPlan,
): LogicalPlan {
  let [plan, rest] = [child, expressions];
  while (hasLateral(rest)) {
    const aliases = aliasesOf(rest);
    const used = new Set(rest.flatMap(referencesOf).flatMap((a) => (aliases.has(a.id) ? [a.id] : [])));
    const ready = rest.filter((e) => e.kind === "alias" && used.has(e.id) && !referencesOf(e).some((a) => aliases.has(a.id)));
    if (ready.length === 0) throw new TypeError("aliases of one list name each other: their ids are not unique");
    plan = build(plan, [...outputOf(plan), ...ready]);
    const done = new Set(ready);
    rest = rest.map((e) => (done.has(e) ? toAttribute(e) : e));
  }
  return build(plan, rest);
}

/** A lateral alias stands neither in an aggregate function nor in a window. */
export function checkLateral(expressions: readonly Expression[]): void {
  const aliases = aliasesOf(expressions);
  for (const expression of expressions) {
    someExpression(expression, (e) => {
      if (e.kind !== "aggregate" && e.kind !== "window") return false;
      const lateral = referencesOf(e).find((a) => aliases.has(a.id));
      if (lateral && e.kind === "aggregate") {
        throw new AnalysisError("UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC", {
          lca: sqlId([lateral.name]),
          aggFunc: sqlExpr(e),
        });
      }
      if (lateral) {
        throw new AnalysisError("UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW", {
          lca: sqlId([lateral.name]),
          windowExpr: sqlExpr(e),
        });
      }
      return false;
    });
  }
}
