import { GLOBAL_TEMP_SCHEMA, SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import type { TableName } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";

/** A name that may be a catalog's first, of a schema. Throws REQUIRES_SINGLE_PART_NAMESPACE. */
export function schemaOfParts(parts: readonly string[]): string {
  const own = withoutCatalog(parts);
  if (own.length !== 1) throw singlePart(own);
  return own[0]!.toLowerCase();
}

/** Where a table's or view's name leads: letters in any case are the same, so the catalog has them in lower case. Throws REQUIRES_SINGLE_PART_NAMESPACE. */
export function tableOfParts(parts: readonly string[], currentSchema: string): TableName {
  if (parts.length === 1) return { schema: currentSchema, table: parts[0]!.toLowerCase() };
  const own = withoutCatalog(parts);
  if (own.length !== 2) throw singlePart(own.slice(0, -1));
  return { schema: own[0]!.toLowerCase(), table: own[1]!.toLowerCase() };
}

const withoutCatalog = (parts: readonly string[]): readonly string[] =>
  parts.length > 1 && parts[0]!.toLowerCase() === SESSION_CATALOG ? parts.slice(1) : parts;

const singlePart = (namespace: readonly string[]): AnalysisError =>
  new AnalysisError("REQUIRES_SINGLE_PART_NAMESPACE", { sessionCatalog: SESSION_CATALOG, namespace: sqlId(namespace) });

/** `spark_catalog`.`default`.`t`, as messages spell it. */
export const idOf = ({ schema, table }: TableName): string => sqlId([SESSION_CATALOG, schema, table]);

/** The temporary view's key that a name may mean: its own, or `global_temp.` and its own. */
export function temporaryNameOf(parts: readonly string[]): { readonly global: boolean; readonly name: string } | undefined {
  if (parts.length === 1) return { global: false, name: parts[0]!.toLowerCase() };
  const isGlobal = parts.length === 2 && parts[0]!.toLowerCase() === GLOBAL_TEMP_SCHEMA;
  return isGlobal ? { global: true, name: parts[1]!.toLowerCase() } : undefined;
}

/** The variable that `x`, `session.x` or `system.session.x` means; undefined for other names. */
export function variableNameOf(parts: readonly string[]): string | undefined {
  const [name, ...qualifier] = [...parts].reverse();
  const where = qualifier.reverse().join(".").toLowerCase();
  return where === "" || where === "session" || where === "system.session" ? name!.toLowerCase() : undefined;
}

/** `global_temp.v` for global ones; names are in lower case. Throws TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS. */
export function temporaryName(parts: readonly string[], global: boolean): readonly string[] {
  if (parts.length > 1 && !(global && temporaryNameOf(parts)?.global))
    throw new AnalysisError("TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS", { actualName: sqlId(parts) });
  const name = parts.at(-1)!.toLowerCase();
  return global ? ["global_temp", name] : [name];
}
