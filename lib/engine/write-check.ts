import { equalNames, quoted } from "./analyzer/resolve-expression.ts";
import { AnalysisError } from "./errors.ts";
import type { SessionSettings } from "./functions/function.ts";
import { outputOf } from "./logical/output.ts";
import type { Write } from "./logical/plan.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import type { Sink } from "./ports/source.ts";

/** What can be known to be wrong with a write before anything runs. Throws AnalysisError. */
export function checkWrite(write: Write, session: SessionSettings, sinkOf: (format: string) => Sink): void {
  const columns = outputOf(write.child);
  for (const name of write.partitionBy) {
    if (columns.some((c) => equalNames(c.name, name, session))) continue;
    throw new AnalysisError("PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA", {
      column: quoted([name]),
      schema: columns.map((c) => c.name).join(", "),
    });
  }
  if (write.partitionBy.length > 0 && write.partitionBy.length === columns.length)
    throw new AnalysisError("ALL_PARTITION_COLUMNS_NOT_ALLOWED", {});
  const overwriteMode = write.options.partitionoverwritemode;
  if (overwriteMode !== undefined && !/^(?:static|dynamic)$/i.test(overwriteMode))
    throw new AnalysisError("FIRECREST_INVALID_OPTION", {
      option: "partitionOverwriteMode",
      expected: "static or dynamic",
      value: JSON.stringify(overwriteMode),
    });
  sinkOf(write.format).check(
    write,
    columns.map(({ name, type }) => ({ name, type })),
  );
}

/** Whether a write may begin: false where it is to be left out. Throws PATH_ALREADY_EXISTS. */
export async function canWrite({ mode, origin }: Write, folder: string, store: ObjectStore): Promise<boolean> {
  if ((mode !== "error" && mode !== "ignore") || !(await isOccupied(folder, store))) return true;
  if (mode === "ignore") return false;
  throw new AnalysisError(
    "PATH_ALREADY_EXISTS",
    { outputPath: folder.startsWith("/") ? `file:${folder}` : folder },
    origin ? { origin } : {},
  );
}

/** Whether a folder holds anything that a reader would see; `_` and `.` names are hidden. */
async function isOccupied(folder: string, store: ObjectStore): Promise<boolean> {
  for await (const { key } of store.list(`${folder}/`)) {
    const name = key.slice(folder.length + 1);
    if (!name.split("/").some((part) => part.startsWith(".") || (part.startsWith("_") && !part.includes("=")))) return true;
  }
  return false;
}
