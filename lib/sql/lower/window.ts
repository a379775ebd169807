import { AnalysisError } from "../../engine/errors.ts";
import { fn } from "../../engine/expressions/build.ts";
import type { FrameBound, WindowCall, WindowFrame } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type * as s from "../syntax/query.ts";
import type { Identifier, Span } from "../syntax/span.ts";
import type { Lowering } from "./context.ts";
import { lowerExpression, lowerSortItem } from "./expression.ts";
import { placeOf } from "./place.ts";

/** OVER: a window, or the name of one in the WINDOW clause. */
export function lowerWindow(over: s.WindowSpec | Identifier, scope: Lowering): Omit<WindowCall, "kind" | "function"> {
  const spec = "name" in over ? windowNamed(over.name, scope) : over;
  const base = spec.base ? windowNamed(spec.base.name, scope) : undefined;
  const partitionBy = spec.partitionBy.length > 0 ? spec.partitionBy : (base?.partitionBy ?? []);
  const orderBy = spec.orderBy.length > 0 ? spec.orderBy : (base?.orderBy ?? []);
  const frame = spec.frame ?? base?.frame;
  return {
    partitionBy: partitionBy.map((e) => lowerExpression(e, scope)),
    orderBy: orderBy.map((item) => lowerSortItem(item, scope)),
    ...(frame ? { frame: lowerFrame(frame, spec, scope) } : {}),
  };
}

function windowNamed(name: string, scope: Lowering): s.WindowSpec {
  const spec = scope.windows?.get(name);
  if (spec) return spec;
  throw new AnalysisError("MISSING_WINDOW_SPECIFICATION", { windowName: name, docroot: "https://spark.apache.org/docs/latest" });
}

function lowerFrame(frame: s.WindowFrame, window: Span, scope: Lowering): WindowFrame {
  const origin = placeOf(window, scope);
  return {
    unit: frame.unit,
    lower: lowerBound(frame.lower, scope),
    upper: lowerBound(frame.upper, scope),
    ...(origin ? { origin } : {}),
  };
}

function lowerBound(bound: s.FrameBound, scope: Lowering): FrameBound {
  if (bound.kind !== "preceding" && bound.kind !== "following") return { kind: bound.kind };
  const offset = lowerExpression(bound.offset!, scope);
  return { kind: "offset", offset: bound.kind === "preceding" ? fn("-", offset) : offset };
}

/** The WINDOW clause by name, which hides those further out; `w1 AS w2` is what w2 is. Source: Spark's AstBuilder.withWindowClause, WindowSubstitution. */
export function windowsOf(named: readonly s.NamedWindow[] | undefined, scope: Lowering): Lowering {
  if (!named || named.length === 0) return scope;
  const windows = new Map<string, s.WindowSpec>();
  const own = new Map(named.map(({ name, window }) => [name.name, window]));
  for (const [i, { name }] of named.entries()) {
    if (named.findIndex((other) => other.name.name === name.name) !== i) {
      throw new AnalysisError("INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION", { windowName: sqlId([name.name]) });
    }
  }
  for (const { name, window } of named) {
    if (!("name" in window)) {
      windows.set(name.name, window);
      continue;
    }
    const referred = own.get(window.name);
    if (!referred) throw new AnalysisError("INVALID_SQL_SYNTAX.UNRESOLVED_WINDOW_REFERENCE", { windowName: sqlId([window.name]) });
    if ("name" in referred) throw new AnalysisError("INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE", { windowName: sqlId([window.name]) });
    windows.set(name.name, referred);
  }
  return { ...scope, windows };
}
