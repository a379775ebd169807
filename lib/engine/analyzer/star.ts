import { AnalysisError } from "../errors.ts";
import { freshId, namedAs, stringLiteral } from "../expressions/build.ts";
import type { Attribute, Expression, UnresolvedRegex, UnresolvedStar } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeOf } from "../expressions/properties.ts";
import { sqlId } from "../expressions/quoting.ts";
import type { SessionSettings } from "../functions/function.ts";
import { translateRegex } from "../functions/java-regex.ts";
import type { StructType } from "../types/data-type.ts";
import { outerColumn, outerScopeOf } from "./context.ts";
import { strangeColumn } from "./plan-column.ts";
import { equalNames, resolveExpression, type Scope } from "./resolve-expression.ts";

/** The columns that a star stands for. Source: Spark's UnresolvedStarBase, UnresolvedStarExceptOrReplace. */
export function expandStar(star: UnresolvedStar, scope: Scope, session: SessionSettings): Expression[] {
  const columns = columnsOf(star, scope, session);
  return star.except ? exceptOrReplace(star, columns, scope, session) : columns;
}

function columnsOf(star: UnresolvedStar, scope: Scope, session: SessionSettings): Expression[] {
  const found = scope.all(star.target, star.planId);
  if (found.length === 0 && star.planId !== undefined && !star.target) throw strangeColumn(star);
  if (found.length > 0 || !star.target) return [...found];
  const fields = fieldsOf(star.target, star.planId, scope, session);
  if (fields) return fields;
  const outer = outerColumns(star.target, session);
  if (outer.length > 0) return outer;
  throw new AnalysisError("CANNOT_RESOLVE_STAR_EXPAND", {
    targetString: sqlId(star.target),
    columns: scope
      .all()
      .map((a) => sqlId([a.name]))
      .join(", "),
  });
}

/** `t.*` of a plan around this query. */
function outerColumns(target: readonly string[], session: SessionSettings): Expression[] {
  const columns = outerScopeOf(session)?.scope.all(target) ?? [];
  return columns.flatMap(({ name, qualifier = [] }) => {
    const found = outerColumn({ kind: "unresolvedAttribute", nameParts: [...qualifier, name] }, session);
    return found ? [namedAs(found.reference, freshId(), name)] : [];
  });
}

/** The columns of `struct.*`; undefined where the name is no one struct's. */
function fieldsOf(
  nameParts: readonly string[],
  planId: number | undefined,
  scope: Scope,
  session: SessionSettings,
): Expression[] | undefined {
  if (scope.candidates(nameParts, planId).length !== 1) return undefined;
  const struct = resolveExpression({ kind: "unresolvedAttribute", nameParts, ...(planId === undefined ? {} : { planId }) }, scope, session);
  const type = typeOf(struct);
  if (type.kind !== "struct") throw new AnalysisError("CANNOT_RESOLVE_STAR_EXPAND", { targetString: sqlId(nameParts), columns: "" });
  return type.fields.map(({ name }) => namedAs(field(struct, name, scope, session), freshId(), name));
}

const field = (struct: Expression, name: string, scope: Scope, session: SessionSettings): Expression =>
  resolveExpression({ kind: "unresolvedExtract", child: struct, key: stringLiteral(name) }, scope, session);

const nameOf = (e: Expression): string => (e.kind === "attribute" || e.kind === "alias" ? e.name : prettyName(e));

function exceptOrReplace(star: UnresolvedStar, columns: readonly Expression[], scope: Scope, session: SessionSettings): Expression[] {
  const excepts = star.except!.map((nameParts) => ({ nameParts, path: pathOf(nameParts, columns, scope, session) }));
  checkOverlap(excepts);
  const replace = star.replace ?? [];
  const whole = excepts.filter(({ path }) => path.fields.length === 0);
  const result = columns.flatMap((column): Expression[] => {
    const id = (column as Attribute).id;
    const replaced = replace.find(({ name }) => equalNames(name, nameOf(column), session));
    if (replaced) return [namedAs(resolveExpression(replaced.expression, scope, session), freshId(), replaced.name)];
    if (whole.some(({ path }) => path.id === id)) return [];
    const inside = excepts.filter(({ path }) => path.id === id).map(({ path }) => path.fields);
    if (inside.length === 0) return [column];
    return [namedAs(withoutFields(column, inside, scope, session), freshId(), nameOf(column))];
  });
  if (result.length === 0 && columns.length > 0 && replace.length === 0) return [];
  return result;
}

interface Path {
  readonly id: number;
  readonly fields: readonly string[];
}

/** Which column an EXCEPT names, and the fields inside it. */
function pathOf(nameParts: readonly string[], columns: readonly Expression[], scope: Scope, session: SessionSettings): Path {
  const own = columns.filter((c) => equalNames(nameOf(c), nameParts[0]!, session));
  const candidates = scope
    .candidates(nameParts, undefined)
    .filter(({ attribute }) => columns.some((c) => (c as Attribute).id === attribute.id));
  if (candidates.length > 1 || own.length > 1) {
    throw new AnalysisError("AMBIGUOUS_REFERENCE", {
      name: sqlId(nameParts),
      referenceNames: `[${candidates.map(({ attribute }) => sqlId([...(attribute.qualifier ?? []), attribute.name])).join(", ")}]`,
    });
  }
  const [found] = candidates;
  const [column] = own;
  const path = found
    ? { id: found.attribute.id, fields: found.rest }
    : column
      ? { id: (column as Attribute).id, fields: nameParts.slice(1) }
      : undefined;
  if (!path) {
    throw new AnalysisError("UNRESOLVED_COLUMN.WITH_SUGGESTION", {
      objectName: sqlId(nameParts),
      proposal: columns.map((c) => sqlId([nameOf(c)])).join(", "),
    });
  }
  const start = columns.find((c) => (c as Attribute).id === path.id)!;
  path.fields.reduce((struct, name) => field(struct, name, scope, session), start.kind === "alias" ? start.child : start);
  return path;
}

/** No exception may hold another. */
function checkOverlap(excepts: readonly { readonly nameParts: readonly string[]; readonly path: Path }[]): void {
  const overlap = excepts.some((a, i) =>
    excepts.some((b, j) => i !== j && a.path.id === b.path.id && a.path.fields.every((name, k) => equalText(name, b.path.fields[k]))),
  );
  if (!overlap) return;
  throw new AnalysisError("EXCEPT_OVERLAPPING_COLUMNS", { columns: excepts.map(({ nameParts }) => nameParts.join(".")).join(", ") });
}

const equalText = (a: string, b: string | undefined): boolean => b !== undefined && a.toLowerCase() === b.toLowerCase();

/** A struct without some of its fields, at any depth. */
function withoutFields(column: Expression, paths: readonly (readonly string[])[], scope: Scope, session: SessionSettings): Expression {
  const struct = column.kind === "alias" ? column.child : column;
  const type = typeOf(struct) as StructType;
  const args = type.fields.flatMap(({ name }): Expression[] => {
    const below = paths.filter(([first]) => equalNames(first!, name, session)).map(([, ...rest]) => rest);
    if (below.some((rest) => rest.length === 0)) return [];
    const value = field(struct, name, scope, session);
    return [stringLiteral(name), below.length > 0 ? withoutFields(value, below, scope, session) : value];
  });
  const rebuilt = resolveExpression({ kind: "unresolvedFunction", name: "named_struct", args }, scope, session);
  const isNull = resolveExpression({ kind: "unresolvedFunction", name: "isnull", args: [struct] }, scope, session);
  const missing: Expression = { kind: "literal", value: null, type: { kind: "void" } };
  return resolveExpression({ kind: "unresolvedFunction", name: "when", args: [isNull, missing, rebuilt] }, scope, session);
}

/** The columns whose whole name matches, whatever data frame was asked: as Spark. */
export function expandRegex({ pattern, target }: UnresolvedRegex, scope: Scope, session: SessionSettings): Attribute[] {
  const { js, jsFlags } = translateRegex(pattern, "colRegex");
  const regex = new RegExp(`^(?:${js})$`, session.caseSensitive ? jsFlags : `${jsFlags}i`);
  return scope.all(target).filter((a) => regex.test(a.name));
}
