/**
 * Hive's folder names for partitions, `shop=north`. Source: Spark's ExternalCatalogUtils.
 */
const DEFAULT_PARTITION = "__HIVE_DEFAULT_PARTITION__";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that Spark escapes
const ESCAPED = /[\u0001-\u001f"#%'*/:=?\\\u007f{[\]^]/g;

/** A name or value as it stands in a folder's name. */
const escapePathName = (text: string): string =>
  text.replace(ESCAPED, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);

const unescapePathName = (text: string): string =>
  text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** `name=value`; NULL and the empty string both become the default partition. */
export const partitionFolder = (name: string, value: string | null): string =>
  `${escapePathName(name)}=${value ? escapePathName(value) : DEFAULT_PARTITION}`;

/** The name and value of a folder's name; undefined where it is no partition. A default partition's value is null. */
export function parsePartitionFolder(folder: string): { readonly name: string; readonly value: string | null } | undefined {
  const equals = folder.indexOf("=");
  if (equals < 1 || equals === folder.length - 1) return undefined;
  const value = folder.slice(equals + 1);
  return { name: unescapePathName(folder.slice(0, equals)), value: value === DEFAULT_PARTITION ? null : unescapePathName(value) };
}
