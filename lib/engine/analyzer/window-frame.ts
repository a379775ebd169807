import { AnalysisError } from "../errors.ts";
import type { Expression, FrameBound, WindowCall, WindowFrame } from "../expressions/expression.ts";
import { fold } from "../expressions/fold.ts";
import { prettyName } from "../expressions/print.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import { transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { functionNamed } from "../functions/registry.ts";
import { castable } from "../types/castable.ts";
import { type DataType, integerType, isInterval, isNumeric, sameTypeIgnoringNullability } from "../types/data-type.ts";
import { implicitCast } from "./implicit-cast.ts";

/** A window with its frame's offsets worked out, and Spark's checks of it. Source: WindowSpecDefinition, SpecifiedWindowFrame, WindowResolution. */
export function checkWindow(window: WindowCall, session: SessionSettings): WindowCall {
  const { frame, function: call } = window;
  if (call.kind === "aggregate" && call.distinct)
    throw new AnalysisError("DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", { windowExpr: sqlExpr(window) });
  if (!frame) return window;
  const entry = call.kind === "call" ? functionNamed(call.name) : undefined;
  if (entry?.kind === "window" && entry.frame === "fixed") checkFixed(window, frame, entry.names[0]);
  const bounds = { ...frame, lower: folded(frame.lower, frame, session), upper: folded(frame.upper, frame, session) };
  checkOrder(bounds);
  if (frame.unit === "range") checkRange(window, bounds);
  return { ...window, frame: bounds };
}

/** Offsets of a range have the type of the key that they are added to. Source: Spark's WindowFrameTypeCoercion. */
export function alignFrame(window: WindowCall, session: SessionSettings): WindowCall {
  const { frame, orderBy } = window;
  const [order, another] = orderBy;
  if (frame?.unit !== "range" || !order || another) return window;
  const type = typeOf(order);
  if (type.kind === "date" || type.kind === "timestamp" || type.kind === "timestamp_ntz") return window;
  const aligned = (bound: FrameBound): FrameBound =>
    isOffset(bound) && !sameTypeIgnoringNullability(typeOf(bound.offset), type) && castable(typeOf(bound.offset), type, session.ansi)
      ? { kind: "offset", offset: { kind: "cast", child: bound.offset, type, mode: session.ansi ? "ansi" : "legacy" } }
      : bound;
  return { ...window, frame: { ...frame, lower: aligned(frame.lower), upper: aligned(frame.upper) } };
}

const isOffset = (bound: FrameBound): bound is Extract<FrameBound, { kind: "offset" }> => bound.kind === "offset";

/** Ranking functions have a frame of their own, and take no other. */
function checkFixed(window: WindowCall, frame: WindowFrame, name: string): void {
  if (name === "lag" || name === "lead") throw new AnalysisError("_LEGACY_ERROR_TEMP_1035", { prettyName: name });
  const running = frame.unit === "rows" && frame.lower.kind === "unboundedPreceding" && frame.upper.kind === "currentRow";
  if (running && name !== "cume_dist") return;
  throw new AnalysisError("_LEGACY_ERROR_TEMP_1036", {
    wf: prettyName(window),
    required: "specifiedwindowframe(RowFrame, unboundedpreceding$(), currentrow$())",
  });
}

function folded(bound: FrameBound, frame: WindowFrame, session: SessionSettings): FrameBound {
  if (!isOffset(bound)) return bound;
  const location = bound === frame.lower ? "lower" : "upper";
  if (!isFoldable(bound.offset)) {
    throw new AnalysisError("_LEGACY_ERROR_TEMP_0064", { msg: "Frame bound value must be a literal." });
  }
  const cast = frame.unit === "rows" ? implicitCast(bound.offset, integerType, session) : bound.offset;
  if (!cast || (frame.unit === "rows" && typeOf(bound.offset).kind !== "integer" && !isNumeric(typeOf(bound.offset)))) {
    throw new AnalysisError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE", {
      sqlExpr: sqlExpr(bound.offset),
      location,
      exprType: sqlTypeOf(typeOf(bound.offset)),
      expectedType: sqlTypeOf(integerType),
    });
  }
  if (frame.unit === "range" && !isNumeric(typeOf(cast)) && !isInterval(typeOf(cast))) {
    throw new AnalysisError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE", {
      sqlExpr: sqlExpr(bound.offset),
      location,
      exprType: sqlTypeOf(typeOf(cast)),
      expectedType: '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")',
    });
  }
  return { kind: "offset", offset: worked(cast) };
}

/** The offset as a literal where it is one; the sign of any other stands outside, where the kernel looks for it. */
function worked(offset: Expression): Expression {
  const inner = offset.kind === "cast" ? offset.child : offset;
  if (inner.kind !== "call" || inner.name !== "negative") return transformUp(offset, fold);
  const [amount] = inner.args;
  const positive = transformUp(offset.kind === "cast" ? { ...offset, child: amount! } : amount!, fold);
  return fold({ ...inner, type: typeOf(positive), args: [positive] });
}

/** How far a constant offset goes; undefined where it is none that this knows. */
const amountOf = (e: Expression): number | undefined => {
  if (e.kind !== "literal" || e.value === null) return undefined;
  const { value } = e;
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (typeof value !== "object") return undefined;
  if ("micros" in value && "months" in value) return undefined;
  if ("micros" in value) return Number(value.micros);
  if ("months" in value) return Number(value.months);
  return Number(String(value));
};

const place = (bound: FrameBound): number | undefined => {
  switch (bound.kind) {
    case "unboundedPreceding":
      return Number.NEGATIVE_INFINITY;
    case "unboundedFollowing":
      return Number.POSITIVE_INFINITY;
    case "currentRow":
      return 0;
    case "offset":
      return amountOf(bound.offset);
  }
};

const boundText = (bound: FrameBound): string =>
  bound.kind === "offset" ? sqlExpr(bound.offset) : `"${bound.kind.replace(/([A-Z])/g, " $1").toUpperCase()}"`;

function checkOrder(frame: WindowFrame): void {
  const [lower, upper] = [place(frame.lower), place(frame.upper)];
  const invalid = frame.lower.kind === "unboundedFollowing" || frame.upper.kind === "unboundedPreceding";
  if (!invalid && !(lower !== undefined && upper !== undefined && lower > upper)) return;
  throw new AnalysisError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND", {
    sqlExpr: `"${frame.unit.toUpperCase()} BETWEEN ${boundText(frame.lower).slice(1, -1)} AND ${boundText(frame.upper).slice(1, -1)}"`,
    upper: boundText(frame.upper),
    lower: boundText(frame.lower),
  });
}

/** Offsets of values need one key to be added to, of a type that takes them. */
function checkRange(window: WindowCall, frame: WindowFrame): void {
  const offsets = [frame.lower, frame.upper].filter(isOffset);
  const text = () => `"(${prettyName(window).replace(/^[\s\S]* OVER \(/, "")}"`;
  if (window.orderBy.length === 0) throw new AnalysisError("DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER", { sqlExpr: text() });
  if (offsets.length === 0) return;
  if (window.orderBy.length > 1) {
    throw new AnalysisError("DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER", {
      sqlExpr: text(),
      orderSpec: window.orderBy.map((order) => prettyName(order)).join(","),
    });
  }
  const orderType = typeOf(window.orderBy[0]!);
  for (const { offset } of offsets) {
    if (mayAdd(orderType, typeOf(offset))) continue;
    throw new AnalysisError("DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE", {
      sqlExpr: text(),
      orderSpecType: sqlTypeOf(orderType),
      valueBoundaryType: sqlTypeOf(typeOf(offset)),
    });
  }
}

/** Source: WindowSpecDefinition.isValidFrameType. */
function mayAdd(order: DataType, offset: DataType): boolean {
  if (order.kind === "date") return offset.kind === "integer" || offset.kind === "year-month interval" || isDays(offset);
  if (order.kind === "timestamp" || order.kind === "timestamp_ntz") {
    return offset.kind === "interval" || offset.kind === "year-month interval" || offset.kind === "day-time interval";
  }
  return order.kind === offset.kind || (isNumeric(order) && isNumeric(offset));
}
const isDays = (type: DataType): boolean => type.kind === "day-time interval" && type.start === "day" && type.end === "day";
