import { mkdirSync } from "node:fs";
import { mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
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

  async write(name: string, offset: number, bytes: Uint8Array): Promise<void> {
    const path = this.path(name);
    await mkdir(dirname(path), { recursive: true });
    // "r+" keeps what is there; "a" makes the file where it is missing without cutting it.
    await (await open(path, "a")).close();
    const file = await open(path, "r+");
    try {
      let written = 0;
      while (written < bytes.length) written += (await file.write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
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
