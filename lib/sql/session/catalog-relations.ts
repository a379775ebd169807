import { type ExternalCatalog, GLOBAL_TEMP_SCHEMA } from "../../catalog/external-catalog.ts";
import type { CatalogTable } from "../../catalog/objects.ts";
import type { Environment } from "../../engine/engine.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { LogicalPlan, UnresolvedRelation } from "../../engine/logical/plan.ts";
import type { SourceIo } from "../../engine/ports/source.ts";
import { type Conf, readSettings } from "../../engine/settings.ts";
import { LoadedFunctions } from "./loaded-functions.ts";
import { tableOfParts } from "./names.ts";
import { tablePlan } from "./table-plan.ts";
import { catalogViewPlan, queryOfView } from "./view-plan.ts";

type Ports = Pick<Environment, "store" | "sourceOf" | "query" | "remember">;

/** What names mean to an engine with a catalog: its tables and views, and files as `parquet.\`path\``. */
export const catalogRelations =
  (catalog: ExternalCatalog, ports: Ports): NonNullable<Environment["relation"]> =>
  async (relation, conf) => {
    const parts = relation.nameParts;
    const files = await filesPlan(relation, catalog, ports);
    if (files) return files;
    if (parts[0]!.toLowerCase() === GLOBAL_TEMP_SCHEMA) return undefined;
    const found = await catalog.relation(tableOfParts(parts, relation.currentSchema ?? "default"));
    if (!found) return undefined;
    if (relation.asOf) refuseTimeTravel(found.schema, found.table);
    if (found.kind === "table") return tablePlan(tableWithOptions(found, relation), catalog, ports.sourceOf, io(ports, conf));
    const query = queryOfView(found);
    const functions = new LoadedFunctions();
    await functions.load(query, found.currentSchema, catalog);
    return catalogViewPlan(found, query, functions.contextOf(found), relation.origin);
  };

const io = (ports: Ports, conf: Conf): SourceIo => ({
  store: ports.store,
  session: readSettings(conf).session,
  query: ports.query,
  ...(ports.remember ? { remember: ports.remember } : {}),
});

const tableWithOptions = (table: CatalogTable, { options }: UnresolvedRelation): CatalogTable =>
  options ? { ...table, options: { ...table.options, ...options } } : table;

function refuseTimeTravel(schema: string, table: string): never {
  throw new AnalysisError("UNSUPPORTED_FEATURE.TIME_TRAVEL", { relationId: `\`spark_catalog\`.\`${schema}\`.\`${table}\`` });
}

/** Formats of files that Spark reads. */
const OF_FILES = /^(?:orc|avro|binaryfile)$/i;
const KNOWN_ELSEWHERE = /^(?:jdbc|rate|console|socket|kafka|memory|noop|hive|statestore|state-metadata)$/i;

/** `format.\`path\``, where the catalog has no schema of the format's name. Source: Spark's ResolveSQLOnFile. */
async function filesPlan(relation: UnresolvedRelation, catalog: ExternalCatalog, ports: Ports): Promise<LogicalPlan | undefined> {
  const [format, path, ...more] = relation.nameParts as readonly [string, string?];
  if (path === undefined || more.length > 0) return undefined;
  if (KNOWN_ELSEWHERE.test(format) && !(await catalog.schema(format)))
    throw new AnalysisError("UNSUPPORTED_DATASOURCE_FOR_DIRECT_QUERY", { dataSourceType: format });
  if ((!isFormat(format, ports) && !OF_FILES.test(format)) || (await catalog.relation({ schema: format, table: path }))) return undefined;
  if (path === "") throw new AnalysisError("INVALID_EMPTY_LOCATION", { location: path });
  if (OF_FILES.test(format) && !isFormat(format, ports))
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `The format ${format.toUpperCase()}`,
      advice: "Use parquet, csv, json, text or xml.",
    });
  return { kind: "read", format: format.toLowerCase(), paths: [path], options: lowerCased(relation.options ?? {}) };
}

function isFormat(format: string, { sourceOf }: Ports): boolean {
  try {
    sourceOf(format);
    return true;
  } catch {
    return false;
  }
}

const lowerCased = (options: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [key.toLowerCase(), value]));
