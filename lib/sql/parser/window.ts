import type { Cursor } from "../lexer/cursor.ts";
import type { Expression, SortItem } from "../syntax/expression.ts";
import type { FrameBound, NamedWindow, WindowFrame, WindowSpec } from "../syntax/query.ts";
import type { Identifier } from "../syntax/span.ts";
import { parseExpr } from "./expression.ts";
import { refuse } from "./refuse.ts";

/** `a DESC NULLS LAST`. */
export function parseSortItem(c: Cursor): SortItem {
  const { start } = c.peek();
  const expression = parseExpr(c);
  const direction = c.accept("ASC") ? "asc" : c.accept("DESC") ? "desc" : undefined;
  const nulls = c.accept("NULLS", "FIRST") ? "first" : c.accept("NULLS", "LAST") ? "last" : undefined;
  return { expression, ...(direction ? { direction } : {}), ...(nulls ? { nulls } : {}), ...c.spanFrom(start) };
}

/** `w AS (...), v AS w`: what stands behind WINDOW. */
export function parseNamedWindows(c: Cursor): NamedWindow[] {
  return c.list(() => {
    const { start } = c.peek();
    const name = c.declaredIdentifier();
    c.expect("AS");
    return { name, window: parseWindow(c), ...c.spanFrom(start) };
  });
}

/** `w`, `(w)` or `(PARTITION BY a ORDER BY b ROWS ...)`: what stands behind OVER. */
export function parseWindow(c: Cursor): WindowSpec | Identifier {
  if (!c.at("(")) return c.declaredIdentifier();
  const { start } = c.expect("(");
  if (c.isIdentifier() && c.peek(1).word === ")") {
    const name = c.declaredIdentifier();
    c.expect(")");
    return name;
  }
  const clustered = c.accept("CLUSTER", "BY");
  const partitioned = clustered || c.accept("PARTITION", "BY") || c.accept("DISTRIBUTE", "BY");
  const partitionBy = partitioned ? c.list(() => parseExpr(c)) : [];
  const ordered = !clustered && (c.accept("ORDER", "BY") || c.accept("SORT", "BY"));
  const orderBy = ordered ? c.list(() => parseSortItem(c)) : [];
  const frame = c.atAny("ROWS", "RANGE") ? parseFrame(c) : undefined;
  c.expect(")");
  return { kind: "window", partitionBy, orderBy, ...(frame ? { frame } : {}), ...c.spanFrom(start) };
}

function parseFrame(c: Cursor): WindowFrame {
  const { start, word } = c.next();
  const unit = word === "ROWS" ? "rows" : "range";
  if (!c.accept("BETWEEN")) {
    const lower = parseBound(c);
    return { unit, lower, upper: { kind: "currentRow", start: lower.end, end: lower.end }, ...c.spanFrom(start) };
  }
  const lower = parseBound(c);
  c.expect("AND");
  return { unit, lower, upper: parseBound(c), ...c.spanFrom(start) };
}

function parseBound(c: Cursor): FrameBound {
  const { start } = c.peek();
  if (c.accept("UNBOUNDED", "PRECEDING")) return { kind: "unboundedPreceding", ...c.spanFrom(start) };
  if (c.accept("UNBOUNDED", "FOLLOWING")) return { kind: "unboundedFollowing", ...c.spanFrom(start) };
  if (c.accept("CURRENT", "ROW")) return { kind: "currentRow", ...c.spanFrom(start) };
  const offset = parseExpr(c);
  const kind = c.acceptAny("PRECEDING", "FOLLOWING") ?? c.fail();
  if (!isConstant(offset)) refuse(c, "_LEGACY_ERROR_TEMP_0064", { msg: "Frame bound value must be a literal." }, { start });
  return { kind: kind === "PRECEDING" ? "preceding" : "following", offset, ...c.spanFrom(start) };
}

/** What Spark's parser can tell to be a constant: no name and no call. */
function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case "literal":
    case "typedLiteral":
    case "interval":
    case "parameter":
      return true;
    case "operation":
      return expression.operands.every(isConstant);
    case "comparison":
      return isConstant(expression.left) && isConstant(expression.right);
    case "cast":
      return isConstant(expression.child);
    default:
      return false;
  }
}
