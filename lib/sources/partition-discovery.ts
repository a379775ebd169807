import { AnalysisError } from "../engine/errors.ts";
import type { Read, ScanFile } from "../engine/logical/plan.ts";
import { parsePartitionFolder } from "../engine/partition-path.ts";
import { type StructField, structField } from "../engine/types/data-type.ts";
import { type ListedFile, normalizePath } from "./listing.ts";
import { Options } from "./options.ts";
import { inferPartitionType } from "./partition-types.ts";

export interface Discovered {
  readonly files: readonly ScanFile[];
  readonly partitionFields: readonly StructField[];
}

interface Located {
  readonly file: ListedFile;
  /** Folders of the form name=value between the base path and the file, from the top. */
  readonly values: readonly { readonly name: string; readonly value: string | null }[];
  /** What is left of the path above them. */
  readonly base: string;
  /** A folder lies between the root and the file that is no partition. */
  readonly nested: boolean;
}

/**
 * Partition columns from folder names. As in Spark, files in folders that are no partitions count only with `recursiveFileLookup`.
 * Source: Spark's PartitioningAwareFileIndex and PartitioningUtils.parsePartitions.
 */
export function discoverPartitions(read: Read, listed: readonly ListedFile[], caseSensitive: boolean): Discovered {
  const options = new Options(read.options);
  if (options.boolean("recursiveFileLookup", false)) return { files: listed.map((file) => toScanFile(file, {})), partitionFields: [] };
  const basePath = options.text("basePath");
  const located = listed.map((file) => locate(file, basePath === undefined ? undefined : normalizePath(basePath)));
  const partitioned = located.filter((l) => l.values.length > 0);
  if (partitioned.length === 0) return { files: located.filter((l) => !l.nested).map((l) => toScanFile(l.file, {})), partitionFields: [] };

  const fold = (name: string) => (caseSensitive ? name : name.toLowerCase());
  refuseConflicts(located, partitioned, fold);
  const given = new Map(read.schema?.fields.map((field) => [fold(field.name), field]));
  const partitionFields = partitioned[0]!.values.map(({ name }, i) => {
    const wanted = given.get(fold(name));
    const infer = options.boolean("partitionColumnTypeInference", true);
    const type = infer ? inferPartitionType(partitioned.map((l) => l.values[i]!.value)) : inferPartitionType([]);
    return structField(wanted?.name ?? name, wanted?.dataType ?? type);
  });
  const files = partitioned.map(({ file, values }) =>
    toScanFile(file, Object.fromEntries(partitionFields.map((field, i) => [field.name, values[i]!.value]))),
  );
  return { files, partitionFields };
}

const toScanFile = (file: ListedFile, partitionValues: Readonly<Record<string, string | null>>): ScanFile => ({
  key: file.key,
  size: file.size,
  modified: file.modified,
  partitionValues,
});

function locate(file: ListedFile, basePath: string | undefined): Located {
  const folder = file.key.slice(0, file.key.lastIndexOf("/"));
  const root = basePath ?? (file.root === file.key ? folder : file.root);
  const names = folder.startsWith(`${root}/`) ? folder.slice(root.length + 1).split("/") : [];
  const values: { name: string; value: string | null }[] = [];
  let top = names.length;
  for (let i = names.length - 1; i >= 0; i--) {
    const value = parsePartitionFolder(names[i]!);
    if (!value && values.length > 0) break;
    if (value) {
      values.unshift(value);
      top = i;
    }
  }
  return { file, values, base: [root, ...names.slice(0, top)].join("/"), nested: names.length > values.length };
}

function refuseConflicts(located: readonly Located[], partitioned: readonly Located[], fold: (name: string) => string): void {
  const bases = [...new Set(located.map((l) => l.base))];
  if (bases.length > 1)
    throw new AnalysisError("CONFLICTING_DIRECTORY_STRUCTURES", {
      discoveredBasePaths: bases
        .slice(0, 10)
        .map((b) => `\n\t${b}`)
        .join(""),
    });
  const namesOf = (l: Located) => l.values.map((v) => fold(v.name)).join(", ");
  const lists = [...new Set(partitioned.map(namesOf))];
  if (lists.length > 1)
    throw new AnalysisError("CONFLICTING_PARTITION_COLUMN_NAMES", {
      distinctPartColLists: lists.map((list, i) => `\n\tPartition column name list #${i}: ${list}`).join(""),
      suspiciousPaths: partitioned
        .slice(0, 10)
        .map((l) => `\n\t${l.file.key}`)
        .join(""),
    });
}
