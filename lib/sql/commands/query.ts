import type { CatalogView } from "../../catalog/objects.ts";
import { sameType, structField, structType } from "../../engine/types/data-type.ts";
import { tableOfParts } from "../session/names.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { namesIn, plainParts } from "../session/syntax-names.ts";
import type { Query } from "../syntax/query.ts";
import type { Command } from "./commands.ts";

/** A query: its plan, which runs when it is asked for rows. */
export const runQuery: Command<"query"> = async ({ query }, context) => {
  const plan = await context.lower(query);
  await keepEvolution(query, context);
  return { plan };
};

/** The catalog learns what the columns of views WITH SCHEMA (TYPE) EVOLUTION have become, as they are read. Source: Spark's ViewSyncSchemaToMetaStore. */
async function keepEvolution(query: Query, context: StatementContext): Promise<void> {
  const { session } = context;
  if (!session.engine.catalog) return;
  for (const parts of namesIn(query).tables.map(plainParts)) {
    if (!parts || parts.length > 2 || session.views.find(parts)) continue;
    const view = await session.catalog.relation(tableOfParts(parts, session.currentSchema));
    if (view?.kind === "view" && (view.binding === "EVOLUTION" || view.binding === "TYPE EVOLUTION")) await keepColumns(view, context);
  }
}

async function keepColumns(view: CatalogView, context: StatementContext): Promise<void> {
  const { fields } = await context.schema({ kind: "unresolvedRelation", nameParts: ["spark_catalog", view.schema, view.table] });
  const known = view.columns.fields;
  const isSame =
    fields.length === known.length &&
    fields.every((field, i) => field.name === known[i]!.name && sameType(field.dataType, known[i]!.dataType));
  if (isSame) return;
  const columns = fields.map((field, i) =>
    view.binding === "EVOLUTION" ? field : structField(known[i]!.name, field.dataType, field.nullable, known[i]!.metadata),
  );
  await context.catalog.alterRelation<CatalogView>(view, (now) => ({ ...now, columns: structType(columns) }));
}
