import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { FirecrestError } from "../../../engine/errors.ts";
import { badArchive, type Unpacking } from "./unpacking.ts";

/** Unpacks a tar archive. Devices and pipes are left out. */
export async function untar(bytes: AsyncIterable<Uint8Array>, target: Unpacking): Promise<void> {
  const entries = extract();
  let unread: unknown;
  const fed = pipeline(bytes, entries).catch((thrown: unknown) => {
    unread = thrown;
  });
  try {
    for await (const entry of entries) {
      const { name, type, mode, linkname } = entry.header;
      if (type === "file" || type === "contiguous-file") await target.file(name, mode ?? 0o644, entry);
      else if (type === "directory") await target.folder(name);
      else if (type === "link") await target.hardLink(name, linkname ?? "");
      else if (type === "symlink") target.symbolicLink(name, linkname ?? "");
      entry.resume();
    }
  } catch (thrown) {
    await fed;
    throw causeOf(thrown, unread);
  }
  await fed;
}

/** What stopped it: our own error, that of the bytes that could not be read, the system's, or tar-stream's, which has a message alone. */
function causeOf(thrown: unknown, unread: unknown): unknown {
  for (const error of [thrown, unread]) if (error instanceof FirecrestError) return error;
  return thrown instanceof Error && "syscall" in thrown ? thrown : badArchive((thrown as Error).message);
}
