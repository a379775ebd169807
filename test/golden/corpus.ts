import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Spark's golden test files as data; the corpus's README.md describes the records. */
export interface GoldenFile {
  /** The name of the file in the corpus. */
  readonly name: string;
  readonly header: Header;
  readonly records: readonly GoldenRecord[];
}
export interface Header {
  readonly file: string;
  readonly area: string;
  readonly settings: Readonly<Record<string, string>>;
}
export interface GoldenRecord {
  readonly index: number;
  readonly kind: "setup" | "query" | "error";
  readonly sql: string;
  readonly schema?: string;
  readonly ordered?: boolean;
  readonly rows?: readonly string[];
  /** The same with floating-point text of newer JDKs. */
  readonly rows_alt?: readonly string[];
  readonly error?: GoldenError;
  readonly tags?: readonly string[];
}
export interface GoldenError {
  readonly errorClass?: string | null;
  readonly sqlState?: string;
  readonly messageParameters?: Readonly<Record<string, string>>;
  /** Spark's, with indexes from 1; of some only the fragment is known. */
  readonly queryContext?: readonly WantedContext[];
}
export interface WantedContext {
  readonly objectType: string;
  readonly objectName: string;
  readonly startIndex?: number;
  readonly stopIndex?: number;
  readonly fragment: string;
}

/** Records of these need what no engine but Spark's has. */
const UNSCORED = ["needs-udf", "needs-jvm", "needs-shell"];
export const isScored = (record: GoldenRecord): boolean => !record.tags?.some((tag) => UNSCORED.includes(tag));

export const corpusExists = (folder: string): boolean => existsSync(join(folder, "index.json"));

/** The files of a corpus in the order of their names; `wanted` chooses by name and header. */
export function readCorpus(folder: string, wanted: (name: string, header: Header) => boolean): readonly GoldenFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return names.sort().flatMap((name) => {
    const [header, ...records] = readLines(join(folder, name)) as [Header, ...GoldenRecord[]];
    return wanted(name, header) ? [{ name, header, records }] : [];
  });
}

const readLines = (file: string): unknown[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line));
