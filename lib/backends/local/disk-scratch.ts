import { constants, mkdirSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import type { Scratch } from "../../engine/ports/fabric.ts";

/** Scratch space in a folder of its own; `close` removes it with all its files. */
export class DiskScratch implements Scratch {
  readonly folder: string;
  #made = false;

  /** `folder` is made when it is first used: most small tasks never do. */
  constructor(folder: string) {
    this.folder = folder;
  }

  path(name: string): string {
    if (!this.#made) mkdirSync(this.folder, { recursive: true });
    this.#made = true;
    const path = join(this.folder, name);
    if (!path.startsWith(this.folder + sep)) throw new RangeError(`${name} is outside the scratch space`);
    return path;
  }

  async write(name: string, offset: number, ...parts: readonly Uint8Array[]): Promise<void> {
    const path = this.path(name);
    await mkdir(dirname(path), { recursive: true });
    // Neither fails where the file is missing nor cuts it where it is not.
    const file = await open(path, constants.O_RDWR | constants.O_CREAT);
    try {
      await writeAll(file, offset, parts);
    } finally {
      await file.close();
    }
  }

  async read(name: string, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array> {
    if (!range) return new Uint8Array(await readFile(this.path(name)));
    const file = await open(this.path(name), "r");
    try {
      const bytes = new Uint8Array(range.end - range.start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, range.start);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async list(folder: string): Promise<{ name: string; size: number }[]> {
    const top = this.path(folder);
    const entries = await readdir(top, { recursive: true, withFileTypes: true }).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "ENOENT") return [];
      throw thrown;
    });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const files = await Promise.all(
      paths.map(async (path) => ({ name: path.slice(this.folder.length + 1), size: (await stat(path)).size })),
    );
    return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async makeFolder(name: string): Promise<void> {
    await mkdir(this.path(name), { recursive: true });
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    if (this.#made) await rm(this.folder, { recursive: true, force: true });
  }
}

/** A write may take less than it was given. */
async function writeAll(file: FileHandle, offset: number, parts: readonly Uint8Array[]): Promise<void> {
  let left = parts.filter((part) => part.length > 0);
  for (let at = offset; left.length > 0; ) {
    let { bytesWritten } = await file.writev(left, at);
    at += bytesWritten;
    const whole = left.findIndex((part) => {
      if (bytesWritten < part.length) return true;
      bytesWritten -= part.length;
      return false;
    });
    left = whole < 0 ? [] : [left[whole]!.subarray(bytesWritten), ...left.slice(whole + 1)];
  }
}
