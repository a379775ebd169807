import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kernel } from "../../engine/kernel/connection.ts";
import type { SourceIo } from "../../engine/ports/source.ts";

/** Memory and threads of a coordinator's own kernel, which only infers schemas. */
const KERNEL = { threads: 1, memory: 256 * 1024 * 1024 };

let opened: Promise<Kernel> | undefined;

/** Runs one query in the driver's kernel. It is loaded with the first, and stays: most jobs never need it, only text formats without a schema do. */
export const driverQuery: SourceIo["query"] = async (sql) => {
  opened ??= open().catch((thrown: unknown) => {
    opened = undefined;
    throw thrown;
  });
  return (await opened).query(sql);
};

async function open(): Promise<Kernel> {
  const { Kernel: Opened } = await import("../../engine/kernel/connection.ts");
  return Opened.open({ ...KERNEL, spillFolder: join(tmpdir(), "firecrest-driver") });
}
