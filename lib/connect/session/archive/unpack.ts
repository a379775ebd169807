import { createReadStream } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { untar } from "./tar.ts";
import { badArchive, Unpacking } from "./unpacking.ts";
import { unzip } from "./zip.ts";

/** Unpacks a file by its name into a folder; what is no archive is copied there, as Spark does. Source: Utils.unpack. */
export async function unpack(file: string, name: string, target: string, reserve: (bytes: number) => void): Promise<void> {
  const lower = name.toLowerCase();
  if (!/\.(zip|jar|tar|tgz|tar\.gz)$/.test(lower)) return copyFile(file, target);
  await mkdir(target, { recursive: true });
  const unpacking = new Unpacking(target, reserve);
  if (/\.(zip|jar)$/.test(lower)) await unzip(file, unpacking);
  else await untar(tarBytes(file, !lower.endsWith(".tar")), unpacking);
  await unpacking.finish();
}

async function* tarBytes(file: string, zipped: boolean): AsyncGenerator<Uint8Array> {
  const stored = createReadStream(file);
  const unzipped = zipped ? createGunzip() : undefined;
  if (unzipped) {
    stored.on("error", (error) => unzipped.destroy(error));
    stored.pipe(unzipped);
  }
  try {
    yield* (unzipped ?? stored) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code?.startsWith("Z_") ? badArchive("it cannot be unpacked") : error;
  } finally {
    stored.destroy();
    unzipped?.destroy();
  }
}
