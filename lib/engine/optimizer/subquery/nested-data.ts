import { freshId, newAttribute } from "../../expressions/build.ts";
import type { Attribute, Expression } from "../../expressions/expression.ts";
import { fingerprint, isFoldable, isNullable, typeOf } from "../../expressions/properties.ts";
import { transformDown } from "../../expressions/traverse.ts";
import { bindOuter, outerReferencesOf, readsOuter } from "../../logical/outer-references.ts";
import type { LogicalPlan } from "../../logical/plan.ts";
import { mapExpressions, transformUp } from "../../logical/traverse.ts";

const EXTRACTIONS: ReadonlySet<string> = new Set(["get_map_value", "get_array_item", "get_struct_field", "get_array_struct_fields"]);

interface Correlated {
  readonly outer?: readonly Expression[];
  readonly parameters?: readonly Attribute[];
}

/**
 * An element, value or field of an outer column becomes a parameter of its own: rows can be matched by it where they cannot by all of a
 * map. Source: Spark's PullOutNestedDataOuterRefExpressions.
 */
export function pullOutNestedData<C extends Correlated>(
  correlated: C,
  plan: LogicalPlan,
): { readonly correlated: C; readonly plan: LogicalPlan } {
  const { outer = [], parameters = [] } = correlated;
  const values = new Map(parameters.map((parameter, i) => [parameter.id, outer[i]!]));
  const pulled = new Map<string, { readonly parameter: Attribute; readonly value: Expression }>();
  const replace = (e: Expression): Expression | undefined => {
    if (!isExtraction(e)) return undefined;
    const key = fingerprint(e);
    const known = pulled.get(key) ?? {
      parameter: newAttribute("nested", typeOf(e), isNullable(e), freshId()),
      value: bindOuter(e, values),
    };
    pulled.set(key, known);
    return { kind: "outerReference", attribute: known.parameter };
  };
  const rewritten = transformUp(plan, (node) => mapExpressions(node, (e) => (readsOuter(e) ? transformDown(e, replace) : e)));
  if (pulled.size === 0) return { correlated, plan };
  const left = outerReferencesOf(rewritten).flatMap(({ attribute }) => {
    const value = values.get(attribute.id);
    return value ? [{ parameter: attribute, value }] : [];
  });
  const all = [...left, ...pulled.values()];
  return { correlated: { ...correlated, outer: all.map((a) => a.value), parameters: all.map((a) => a.parameter) }, plan: rewritten };
}

/** `outer(m)[1]`, `outer(s).a.b`: a chain of constant steps into an outer column. */
function isExtraction(e: Expression): boolean {
  if (e.kind !== "call" || !EXTRACTIONS.has(e.name)) return false;
  const [base, key] = e.args;
  return base !== undefined && (base.kind === "outerReference" || isExtraction(base)) && key !== undefined && isFoldable(key);
}
