import { SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import type { CatalogView } from "../../catalog/objects.ts";
import { type Origin, SqlPlace } from "../../engine/errors/query-context.ts";
import type { SessionSettings } from "../../engine/functions/function.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { type Conf, readSettings } from "../../engine/settings.ts";
import type { LoweringContext } from "../lower/context.ts";
import { lowerQuery } from "../lower/query.ts";
import { parserOptions } from "../parser/options.ts";
import { parseQuery } from "../parser/parse.ts";
import type { Query } from "../syntax/query.ts";
import type { CachedNames } from "./cached-names.ts";
import { type QueryView, type TemporaryView, underName } from "./temporary-views.ts";

/** The rows of a temporary view, under its name. `context` is the session's own. */
export function viewPlan(view: TemporaryView, parts: readonly string[], cached: CachedNames, context: () => LoweringContext): LogicalPlan {
  return underName(view, parts, cached.rows(view, view.kind === "plan" ? view.plan : viewRows(view, context())));
}

/** The rows of a temporary view that is a query. `context` is the session's own; its source is where the view is named. */
export function viewRows(view: QueryView, context: LoweringContext): LogicalPlan {
  const own = viewContext(context, view.conf, view.currentSchema);
  const { name, schema, queryColumns, query } = view;
  const session = underCollation(own.session, view.collation);
  const source = context.source ?? { text: view.text, offset: query.start, objectType: "VIEW", objectName: name };
  return { kind: "view", nameParts: [name], session, schema, queryColumns, casts: "any", child: lowerQuery(query, { ...own, source }) };
}

/** The rows of a view of the catalog, under its full name. As in Spark, what fails in it is about the place of its name in a statement. */
export function catalogViewPlan(view: CatalogView, query: Query, context: LoweringContext, origin?: Origin): LogicalPlan {
  const { schema, table, binding, columns, queryColumns } = view;
  const casts = binding === "COMPENSATION" ? "any" : binding === "BINDING" ? "widening" : undefined;
  const fixed = binding === "EVOLUTION" ? {} : { schema: columns, queryColumns };
  const nameParts = [SESSION_CATALOG, schema, table];
  const named = { text: view.text, objectType: "VIEW", objectName: nameParts.join(".") };
  const child: LogicalPlan = {
    kind: "view",
    nameParts,
    session: underCollation(context.session, view.collation),
    ...fixed,
    ...(casts ? { casts } : {}),
    child: lowerQuery(query, { ...context, source: origin instanceof SqlPlace ? origin : named }),
  };
  return { kind: "subqueryAlias", alias: table, qualifier: [SESSION_CATALOG, schema], child };
}

const underCollation = (session: SessionSettings, collation: string | undefined): SessionSettings =>
  collation === undefined ? session : { ...session, defaultCollation: collation };

/** A view's query as the view reads it, before the view is made: its texts are of the view's default collation. */
export function collatedQuery(plan: LogicalPlan, name: readonly string[], conf: Conf, collation: string | undefined): LogicalPlan {
  if (collation === undefined) return plan;
  return {
    kind: "view",
    nameParts: name,
    session: underCollation(readSettings(conf).session, collation),

    child: plan,
  };
}

/** The query of a view of the catalog, read as when it was made. */
export const queryOfView = (view: CatalogView): Query => parseQuery(view.text, parserOptions(view.conf));

/** A context with the settings and the schema of a view's making. */
export const viewContext = (context: LoweringContext, conf: Conf, currentSchema: string): LoweringContext => ({
  ...context,
  conf,
  session: readSettings(conf).session,
  parameters: new Map(),
  variable: (parts) => context.variable(parts),
  relation: (parts, origin) => context.relation(parts, origin),
  function: (parts) => context.function(parts),
  currentSchema,
  source: undefined,
});
