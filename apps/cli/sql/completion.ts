import type { SparkSession } from "../../../lib/dataframe/session.ts";
import { callableFunctions } from "../../../lib/engine/functions/registry.ts";
import { keywords } from "../../../lib/engine/keywords.ts";

/** Candidates that are shown at once. */
const MOST_SHOWN = 200;
/** Tables of one text whose columns are looked up. */
const MOST_TABLES = 8;
const WORD = /[\p{L}\p{N}_.]*$/u;

/** What the names in a session's texts may be. */
export interface Names {
  readonly tables: () => Promise<readonly string[]>;
  /** No columns for a name that is no table. */
  readonly columns: (table: string) => Promise<readonly string[]>;
}

/** The candidates for the last word of a text, as readline wants them: tables, columns of the text's tables, functions, keywords. */
export async function complete(text: string, names: Names): Promise<[candidates: string[], word: string]> {
  const word = WORD.exec(text)?.[0] ?? "";
  const last = word.slice(word.lastIndexOf(".") + 1);
  const tables = await names.tables();
  const columns = await columnsIn(text, tables, names);
  if (word.includes(".")) return [shown(startingWith([...columns, ...tables], last)), last];
  if (word === "") return [shown([...columns, ...tables]), word];
  return [shown(startingWith([...columns, ...tables, ...functionNames(), ...spelled(keywords, word)], word)), word];
}

async function columnsIn(text: string, tables: readonly string[], names: Names): Promise<readonly string[]> {
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []);
  const named = tables.filter((table) => words.has(table.toLowerCase())).slice(0, MOST_TABLES);
  return (await Promise.all(named.map((table) => names.columns(table)))).flat();
}

const functionNames = (): readonly string[] =>
  callableFunctions().flatMap(({ names }) => names.filter((name) => /^[a-z]\w*$/.test(name)).map((name) => `${name}(`));

/** Keywords in the case in which the word was begun. */
const spelled = (words: ReadonlySet<string>, word: string): readonly string[] =>
  word === word.toUpperCase() ? [...words] : [...words].map((keyword) => keyword.toLowerCase());

const startingWith = (candidates: readonly string[], word: string): readonly string[] =>
  candidates.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));

const shown = (candidates: readonly string[]): string[] => [...new Set(candidates)].sort().slice(0, MOST_SHOWN);

/** The names that a session has. */
export function sessionNames(spark: SparkSession): Names {
  return {
    tables: async () => {
      try {
        return await listed(spark);
      } catch {
        return [];
      }
    },
    columns: async (table) => {
      try {
        return await spark.table(table).columns();
      } catch {
        return [];
      }
    },
  };
}

async function listed(spark: SparkSession): Promise<readonly string[]> {
  const tables: readonly (string | { readonly name: string })[] = await spark.catalog.listTables();
  return tables.map((table) => (typeof table === "string" ? table : table.name));
}
