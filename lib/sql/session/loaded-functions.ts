import { type ExternalCatalog, SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import type { CatalogFunction } from "../../catalog/objects.ts";
import { functionNamed } from "../../engine/functions/registry.ts";
import { readSettings } from "../../engine/settings.ts";
import type { LoweringContext, SqlFunction } from "../lower/context.ts";
import { parserOptions } from "../parser/options.ts";
import { parseExpression, parseQuery } from "../parser/parse.ts";
import type { Name } from "../syntax/span.ts";
import type { SqlSession } from "./session.ts";
import { namesIn, plainParts } from "./syntax-names.ts";

/** Where one looks for a function of the catalog. */
interface Place {
  readonly schema: string;
  readonly name: string;
}
const keyOf = ({ schema, name }: Place): string => `${schema}.${name}`;

/** Functions of the catalog that some statements call, read ahead: lowering cannot wait. */
export class LoadedFunctions {
  readonly #loaded = new Map<string, CatalogFunction>();

  /** Reads the functions that a tree may call, and those that these call. */
  async load(tree: unknown, currentSchema: string, catalog: ExternalCatalog): Promise<void> {
    await this.#load(namesIn(tree).functions, currentSchema, catalog, new Set());
  }

  async #load(names: readonly Name[], currentSchema: string, catalog: ExternalCatalog, seen: Set<string>): Promise<void> {
    for (const name of names) {
      const place = placeOf(plainParts(name), currentSchema);
      if (!place || seen.has(keyOf(place))) continue;
      seen.add(keyOf(place));
      const found = await catalog.function(place.schema, place.name);
      if (!found) this.#loaded.delete(keyOf(place));
      else {
        this.#loaded.set(keyOf(place), found);
        await this.#load(namesIn(textsOf(found)).functions, found.currentSchema, catalog, seen);
      }
    }
  }

  find(parts: readonly string[], currentSchema: string): SqlFunction | undefined {
    const place = placeOf(parts, currentSchema);
    const found = place && this.#loaded.get(keyOf(place));
    return found && this.#asSqlFunction(found);
  }

  #asSqlFunction(value: CatalogFunction): SqlFunction {
    const context = this.contextOf(value);
    return { ...sqlFunction(value, [SESSION_CATALOG, value.schema, value.name]), context };
  }

  /** What the body of a function of the catalog means: nothing of a session. */
  contextOf({ conf, currentSchema, currentCatalog }: Pick<CatalogFunction, "conf" | "currentSchema" | "currentCatalog">): LoweringContext {
    return {
      conf,
      session: readSettings(conf).session,
      relation: () => undefined,
      variable: () => undefined,
      function: (parts) => this.find(parts, currentSchema),
      parameters: new Map(),
      currentCatalog,
      currentSchema,
    };
  }
}

/** Names of one part that are built in are that, whatever the catalog has. */
function placeOf(parts: readonly string[] | undefined, currentSchema: string): Place | undefined {
  if (!parts) return undefined;
  const own = parts.length === 3 && parts[0]!.toLowerCase() === SESSION_CATALOG ? parts.slice(1) : parts;
  const name = own.at(-1)!.toLowerCase();
  if (own.length === 1) return functionNamed(name) ? undefined : { schema: currentSchema, name };
  return own.length === 2 ? { schema: own[0]!.toLowerCase(), name } : undefined;
}

/** The trees of a function's body and of its parameters' defaults. */
const textsOf = (value: CatalogFunction): unknown[] => [
  bodyOfFunction(value),
  ...value.parameters.flatMap(({ default: text }) => (text === undefined ? [] : [parseExpression(text, parserOptions(value.conf))])),
];

export function bodyOfFunction({ body, isQuery, conf }: CatalogFunction): SqlFunction["body"] {
  const options = parserOptions(conf);
  return isQuery ? { kind: "query", query: parseQuery(body, options) } : { kind: "expression", expression: parseExpression(body, options) };
}

function sqlFunction(value: CatalogFunction, nameParts: readonly string[]): SqlFunction {
  const options = parserOptions(value.conf);
  const parameters = value.parameters.map(({ name, type, default: text }) => ({
    name,
    type,
    ...(text === undefined ? {} : { default: parseExpression(text, options) }),
  }));
  return {
    nameParts,
    parameters,
    returns: value.returns,
    ...(value.isTable ? { table: true } : {}),
    body: bodyOfFunction(value),
    text: value.body,
  };
}

/** What a name stands for among a session's functions: its temporary ones, and those of the catalog that its statements call. */
export function findFunction(
  { functions, currentSchema }: Pick<SqlSession, "functions" | "currentSchema">,
  parts: readonly string[],
  context: LoweringContext,
): SqlFunction | undefined {
  const own = parts.length === 1 ? functions.temporary(parts[0]!) : undefined;
  if (!own) return functions.loaded?.find(parts, currentSchema);
  const { conf, currentSchema: ownSchema } = own;
  const session = readSettings(conf).session;
  return {
    ...sqlFunction(own, [own.name]),
    context: { ...context, conf, session, currentSchema: ownSchema, parameters: new Map(), source: undefined },
  };
}

/** Reads what the catalog has of the functions that a tree may call. */
export async function loadFunctions(tree: unknown, { functions, currentSchema, engine }: SqlSession): Promise<void> {
  if (!engine.catalog) return;
  functions.loaded ??= new LoadedFunctions();
  await functions.loaded.load(tree, currentSchema, engine.catalog);
  for (const name of namesIn(tree).functions) {
    const parts = plainParts(name);
    const own = parts?.length === 1 ? functions.temporary(parts[0]!) : undefined;
    if (own) await functions.loaded.load(bodyOfFunction(own), own.currentSchema, engine.catalog);
  }
}
