import { coalesce } from "../../../engine/byte-ranges.ts";
import type { Scan } from "../../../engine/logical/plan.ts";
import type { Split } from "../../../engine/ports/source.ts";
import type { FileRequests } from "./cloud-task.ts";

/** What a first read of a footer brings (sources/parquet/footer.ts). */
export const FIRST_FOOTER_READ = 64 << 10;

/** The sizes of the requests that a task's splits take, file by file, as sources/parquet/open.ts makes them. */
export function scanRequests(scan: Scan, splits: readonly Split[], footerBytes: number): FileRequests[] {
  const names = scan.output.map(({ name }) => name);
  return [...Map.groupBy(splits, (split) => split.file)].map(([file, parts]) => {
    const wanted = (firstRow: number, rows: number) =>
      parts.some(
        (part) => (part.firstRow ?? 0) < firstRow + rows && firstRow < (part.firstRow ?? 0) + (part.rows ?? Number.POSITIVE_INFINITY),
      );
    const chunks = (scan.files[file]!.rowGroups ?? [])
      .filter(({ firstRow, rows }) => wanted(firstRow, rows))
      .flatMap(({ columns }) => names.map((name) => columns[name]!));
    return {
      prefix: scan.rootPaths[0]!,
      footer: footerBytes > FIRST_FOOTER_READ ? [FIRST_FOOTER_READ, footerBytes - FIRST_FOOTER_READ] : [FIRST_FOOTER_READ],
      ranges: coalesce(chunks).map(({ start, end }) => end - start),
    };
  });
}
