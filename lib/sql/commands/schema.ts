import { SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import type { CatalogRelation, CatalogSchema } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { schemaOfParts } from "../session/names.ts";
import { nothing, type StatementOutcome } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { Name } from "../syntax/span.ts";
import type { Command } from "./commands.ts";
import { absoluteLocation } from "./location.ts";

const RESERVED = ["comment", "location", "owner", "collation"];

/** CREATE SCHEMA. */
export const createSchema: Command<"createSchema"> = async (statement, context) => {
  const name = schemaOfParts(context.parts(statement.name));
  const properties = await context.properties(statement.properties);
  for (const key of RESERVED)
    if (Object.hasOwn(properties, key))
      throw new AnalysisError("UNSUPPORTED_FEATURE.SET_NAMESPACE_PROPERTY", {
        property: key,
        msg: `please use the ${key.toUpperCase()} clause`,
      });
  const warehouse = await context.catalog.warehouse;
  const schema: CatalogSchema = {
    name,
    comment: statement.comment ?? "",
    location: statement.location === undefined ? `${warehouse}/${name}.db` : absoluteLocation(statement.location, warehouse),
    properties,
    ...(statement.collation === undefined ? {} : { collation: statement.collation.toUpperCase() }),
  };
  try {
    await context.catalog.createSchema(schema);
  } catch (thrown) {
    if (!statement.ifNotExists || !isCondition(thrown, "SCHEMA_ALREADY_EXISTS")) throw thrown;
  }
  return nothing();
};

export const isCondition = (thrown: unknown, condition: string): boolean =>
  thrown instanceof AnalysisError && thrown.condition === condition;

/** DROP SCHEMA. */
export const dropSchema: Command<"dropSchema"> = async ({ name, ifExists, cascade }, context) => {
  const schema = schemaOfParts(context.parts(name));
  if (schema === "default") throw new AnalysisError("UNSUPPORTED_FEATURE.DROP_DATABASE", { database: sqlId([SESSION_CATALOG, schema]) });
  if (ifExists && !(await context.catalog.schema(schema))) return nothing();
  await context.catalog.dropSchema(schema, cascade);
  return nothing();
};

/** ALTER SCHEMA. */
export const alterSchema: Command<"alterSchema"> = async ({ name, action }, context) => {
  const schema = schemaOfParts(context.parts(name));
  const properties = action.kind === "setProperties" ? await context.properties(action.properties) : {};
  const warehouse = await context.catalog.warehouse;
  const change = (known: CatalogSchema): CatalogSchema => {
    switch (action.kind) {
      case "setProperties":
        return { ...known, properties: { ...known.properties, ...properties } };
      case "unsetProperties":
        return { ...known, properties: Object.fromEntries(Object.entries(known.properties).filter(([key]) => !action.keys.includes(key))) };
      case "setLocation":
        return { ...known, location: absoluteLocation(action.location, warehouse) };
      case "setCollation":
        return { ...known, collation: action.collation.toUpperCase() };
    }
  };
  await context.catalog.alterSchema(schema, change);
  return nothing();
};

/** COMMENT ON SCHEMA, COMMENT ON TABLE. */
export const comment: Command<"comment"> = async ({ on, name, comment: words }, context) => {
  if (on === "schema") {
    const schema = schemaOfParts(context.parts(name));
    await context.catalog.alterSchema(schema, (known) => ({ ...known, comment: words ?? "" }));
    return nothing();
  }
  const table = await context.existingTable(name, "COMMENT ON TABLE");
  await context.catalog.alterRelation<CatalogRelation>(table, ({ comment: _, ...rest }) =>
    words === null ? rest : { ...rest, comment: words },
  );
  return nothing();
};

/** USE. */
export const use: Command<"use"> = async ({ name }, context): Promise<StatementOutcome> => {
  const parts = context.parts(name);
  if (parts.length === 1 && parts[0]!.toLowerCase() === SESSION_CATALOG) return nothing();
  context.session.currentSchema = await existingSchema(parts, context);
  return nothing();
};

/** SET CATALOG. */
export const setCatalog: Command<"setCatalog"> = async ({ name }, context) => {
  const catalog = typeof name === "string" ? name : "name" in name ? name.name : context.parts(name).join(".");
  if (catalog.toLowerCase() !== SESSION_CATALOG)
    throw new AnalysisError("CATALOG_NOT_FOUND", { catalogName: sqlId([catalog]), config: `"spark.sql.catalog.${catalog}"` });
  return nothing();
};

/** The schema of a name, in lower case. Throws SCHEMA_NOT_FOUND. */
export async function existingSchema(parts: readonly string[], context: StatementContext): Promise<string> {
  const schema = schemaOfParts(parts);
  if (!(await context.catalog.schema(schema)))
    throw new AnalysisError("SCHEMA_NOT_FOUND", { schemaName: sqlId([SESSION_CATALOG, schema]) });
  return schema;
}

/** The schema that a clause names, or the current one. */
export const schemaOrCurrent = (name: Name | undefined, context: StatementContext): string | Promise<string> =>
  name ? existingSchema(context.parts(name), context) : context.session.currentSchema;
