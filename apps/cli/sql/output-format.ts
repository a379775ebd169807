/** How `firecrest sql` writes rows. */
export const OUTPUT_FORMATS = ["table", "tsv", "csv", "json", "jsonl", "arrow", "parquet"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
