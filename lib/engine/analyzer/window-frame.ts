import { AnalysisError } from "../errors.ts";
import type { Expression, FrameBound, WindowCall, WindowFrame } from "../expressions/expression.ts";
import { fold } from "../expressions/fold.ts";
import { frameText, prettyName } from "../expressions/print.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import { transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { functionNamed } from "../functions/registry.ts";
import { castable } from "../types/castable.ts";
import { type DataType, integerType, isInterval, isNumeric, sameTypeIgnoringNullability } from "../types/data-type.ts";
import { isOrderable } from "./implicit-cast.ts";

/** A window with its frame's offsets worked out, and Spark's checks of it. Source: WindowSpecDefinition, SpecifiedWindowFrame, WindowResolution. */
export function checkWindow(window: WindowCall): WindowCall {
  const { frame, function: call } = window;
  if (call.kind === "aggregate" && call.distinct)
    throw new AnalysisError("DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", { windowExpr: sqlExpr(window) });
  const unordered = window.partitionBy.find((e) => !isOrderable(typeOf(e)));
  if (unordered)
    throw new AnalysisError("EXPRESSION_TYPE_IS_NOT_ORDERABLE", { expr: sqlExpr(unordered), exprType: sqlTypeOf(typeOf(unordered)) });
  if (!frame) return window;
  const entry = call.kind === "call" ? functionNamed(call.name) : undefined;
  if (entry?.kind === "window" && entry.frame === "fixed") checkFixed(window, frame, entry.names[0]);
  const bounds = { ...frame, lower: folded(frame.lower, frame), upper: folded(frame.upper, frame) };
  checkOrder(frame, bounds);
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

/** The one row that the function looks at: what it would have without a frame. Source: Spark's FrameLessOffsetWindowFunction. */
function isOwnFrame(window: WindowCall, { unit, lower, upper }: WindowFrame, name: string): boolean {
  const offset = window.function.kind === "call" ? window.function.args[1] : undefined;
  const rows = offset ? amountOf(transformUp(offset, fold)) : 1;
  if (unit !== "rows" || rows === undefined) return false;
  const own = name === "lag" ? -rows : rows;
  const at = (bound: FrameBound) => (isOffset(bound) ? amountOf(worked(bound.offset)) : bound.kind === "currentRow" ? 0 : undefined);
  return at(lower) === own && at(upper) === own;
}

/** Ranking functions have a frame of their own, and take no other. */
function checkFixed(window: WindowCall, frame: WindowFrame, name: string): void {
  if (name === "lag" || name === "lead") {
    if (isOwnFrame(window, frame, name)) return;
    throw new AnalysisError("_LEGACY_ERROR_TEMP_1035", { prettyName: name });
  }
  const running = frame.unit === "rows" && frame.lower.kind === "unboundedPreceding" && frame.upper.kind === "currentRow";
  if (running && name !== "cume_dist") return;
  throw new AnalysisError("_LEGACY_ERROR_TEMP_1036", {
    wf: prettyName(window),
    required: "specifiedwindowframe(RowFrame, unboundedpreceding$(), currentrow$())",
  });
}

function folded(bound: FrameBound, frame: WindowFrame): FrameBound {
  if (!isOffset(bound)) return bound;
  const location = bound === frame.lower ? "lower" : "upper";
  if (!isFoldable(bound.offset)) {
    throw new AnalysisError("_LEGACY_ERROR_TEMP_0064", { msg: "Frame bound value must be a literal." });
  }
  const type = typeOf(bound.offset);
  const taken = frame.unit === "rows" ? type.kind === "integer" : isNumeric(type) || isInterval(type);
  if (taken) return { kind: "offset", offset: worked(bound.offset) };
  throw new AnalysisError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE", {
    sqlExpr: frameSql(frame),
    location,
    exprType: sqlTypeOf(type),
    expectedType:
      frame.unit === "rows" ? sqlTypeOf(integerType) : '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")',
  });
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

const boundText = (bound: FrameBound): string =>
  bound.kind === "offset" ? sqlExpr(bound.offset) : `"${bound.kind.replace(/([A-Z])/g, " $1").toUpperCase()}"`;

const frameSql = (frame: WindowFrame): string => `"${frameText(frame, prettyName)}"`;

/** `frame` as it was written, for the texts; `bounds` with its offsets worked out. */
function checkOrder(frame: WindowFrame, bounds: WindowFrame): void {
  if (bounds.lower.kind === "unboundedFollowing" || bounds.upper.kind === "unboundedPreceding") {
    throw new AnalysisError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND", {
      sqlExpr: frameSql(frame),
      upper: boundText(frame.upper),
      lower: boundText(frame.lower),
    });
  }
  if (!isOffset(bounds.lower) || !isOffset(bounds.upper)) return;
  const [lowerType, upperType] = [typeOf(bounds.lower.offset), typeOf(bounds.upper.offset)];
  if (!sameTypeIgnoringNullability(lowerType, upperType)) {
    throw new AnalysisError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES", {
      sqlExpr: frameSql(frame),
      lower: boundText(frame.lower),
      upper: boundText(frame.upper),
      lowerType: sqlTypeOf(lowerType),
      upperType: sqlTypeOf(upperType),
    });
  }
  const [lower, upper] = [amountOf(bounds.lower.offset), amountOf(bounds.upper.offset)];
  if (lower === undefined || upper === undefined || lower <= upper) return;
  throw new AnalysisError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON", {
    sqlExpr: frameSql(frame),
    comparison: "less than or equal",
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
