import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ExecutionError } from "../../engine/errors.ts";
import { compareKeys } from "../../engine/ports/key-order.ts";
import type {
  ByteRange,
  ListOptions,
  ObjectStat,
  ObjectStore,
  PendingUpload,
  PutOptions,
  TaggedStat,
  UploadedFile,
} from "../../engine/ports/object-store.ts";

/** Files being written: `.<name>.<id>.firecrest-upload` beside their final place, so that the last step is a rename. */
const UPLOAD = /^\.(.*)\.([^.]*)\.firecrest-upload$/;

/**
 * The file system as an object store: a key is an absolute path. Objects appear whole, by rename or link.
 * `uniqueId` names uploads; ids of all processes that share a folder differ.
 */
export class FileStore implements ObjectStore {
  readonly #uniqueId: () => string;

  constructor(uniqueId: () => string) {
    this.#uniqueId = uniqueId;
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array> {
    const file = await orMissing(open(key, "r"), key);
    try {
      if (!range) return new Uint8Array(await file.readFile());
      return await readRange(file, range);
    } finally {
      await file.close();
    }
  }

  async stat(key: string): Promise<TaggedStat | undefined> {
    const found = await orUndefined(stat(key, { bigint: true }));
    if (!found?.isFile()) return undefined;
    const tag = `${found.ino}-${found.mtimeNs}-${found.size}`;
    return { key, size: Number(found.size), modified: Number(found.mtimeMs), tag };
  }

  async hasFolder(path: string): Promise<boolean> {
    return (await orUndefined(stat(path, { bigint: true })))?.isDirectory() ?? false;
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<boolean> {
    const upload = this.#uniqueId();
    const hidden = uploadPath(key, upload);
    await mkdir(dirname(key), { recursive: true });
    try {
      const file = await open(hidden, "wx");
      try {
        await file.writeFile(bytes);
      } finally {
        await file.close();
      }
      if (!options.ifAbsent) {
        await rename(hidden, key);
        return true;
      }
      // A link fails where the name is taken, and shows the whole content at once: O_EXCL would show an empty file first.
      return await link(hidden, key).then(() => true, falseIfTaken);
    } finally {
      await rm(hidden, { force: true });
    }
  }

  async *list(prefix: string, { after = "" }: ListOptions = {}): AsyncGenerator<ObjectStat> {
    const folder = prefix.endsWith("/") ? prefix : dirname(prefix);
    yield* this.#walk(folder, prefix, after);
  }

  /** Depth first in the order of keys: a folder sorts by its name with the slash. */
  async *#walk(folder: string, prefix: string, after: string): AsyncGenerator<ObjectStat> {
    const entries = (await orUndefined(readdir(folder, { withFileTypes: true }))) ?? [];
    const names = entries.filter((entry) => !UPLOAD.test(entry.name)).map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
    for (const name of names.sort(compareKeys)) {
      const key = join(folder, name);
      if (name.endsWith("/")) {
        const isWanted = key.startsWith(prefix) || prefix.startsWith(key);
        if (isWanted && (after.startsWith(key) || compareKeys(key, after) > 0)) yield* this.#walk(key, prefix, after);
      } else if (key.startsWith(prefix)) {
        const found = await this.stat(key);
        if (!found) yield* this.#walkLink(key, prefix, after);
        else if (compareKeys(key, after) > 0) yield { key, size: found.size, modified: found.modified };
      }
    }
  }

  /** A symbolic link may lead to a folder. */
  async *#walkLink(key: string, prefix: string, after: string): AsyncGenerator<ObjectStat> {
    if ((await orUndefined(stat(key)))?.isDirectory()) yield* this.#walk(`${key}/`, prefix, after);
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) await orUndefined(unlink(key));
  }

  /** Not in one step: whoever overwrites the file right now may lose it. A job on one machine has one coordinator. */
  async deleteIf(key: string, tag: string): Promise<boolean> {
    const found = await this.stat(key);
    if (found && found.tag !== tag) return false;
    await this.delete([key]);
    return true;
  }

  async startUpload(key: string): Promise<string> {
    await mkdir(dirname(key), { recursive: true });
    return this.#uniqueId();
  }

  async uploadFile(key: string, upload: string, path: string): Promise<UploadedFile> {
    const hidden = uploadPath(key, upload);
    await mkdir(dirname(key), { recursive: true });
    await rename(path, hidden).catch(async (thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== "EXDEV") throw thrown;
      await copyAcrossDevices(path, hidden);
    });
    return { size: (await stat(hidden)).size, parts: [] };
  }

  async completeUpload(key: string, upload: string): Promise<void> {
    try {
      await rename(uploadPath(key, upload), key);
    } catch (thrown) {
      if (!isMissing(thrown) || !(await this.stat(key))) throw thrown;
    }
  }

  async abortUpload(key: string, upload: string): Promise<void> {
    await rm(uploadPath(key, upload), { force: true });
  }

  async *listUploads(prefix: string): AsyncGenerator<PendingUpload> {
    const folder = prefix.endsWith("/") ? prefix : dirname(prefix);
    const entries = (await orUndefined(readdir(folder, { recursive: true, withFileTypes: true }))) ?? [];
    for (const { name, parentPath } of entries) {
      const [, object, upload] = UPLOAD.exec(name) ?? [];
      const key = join(parentPath, object ?? "");
      if (upload !== undefined && key.startsWith(prefix)) yield { key, upload };
    }
  }

  localPath(key: string): string {
    return key;
  }
}

const uploadPath = (key: string, upload: string): string => join(dirname(key), `.${basename(key)}.${upload}.firecrest-upload`);

async function readRange(file: FileHandle, range: ByteRange): Promise<Uint8Array> {
  const { size } = await file.stat();
  // Neither zeroed, since it is filled, nor shared with others.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(Math.max(0, Math.min(range.end, size) - range.start)).buffer);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, range.start + filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}

async function copyAcrossDevices(from: string, to: string): Promise<void> {
  const [source, target] = [await open(from, "r"), await open(to, "wx")];
  try {
    const block = new Uint8Array(1 << 20);
    for (;;) {
      const { bytesRead } = await source.read(block, 0, block.length);
      if (bytesRead === 0) break;
      await target.writeFile(block.subarray(0, bytesRead));
    }
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
  await unlink(from);
}

const isMissing = (thrown: unknown): boolean => ["ENOENT", "ENOTDIR"].includes((thrown as NodeJS.ErrnoException).code ?? "");

const falseIfTaken = (thrown: NodeJS.ErrnoException): false => {
  if (thrown.code === "EEXIST") return false;
  throw thrown;
};

async function orUndefined<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
}

async function orMissing<T>(result: Promise<T>, key: string): Promise<T> {
  const value = await orUndefined(result);
  if (value === undefined) throw new ExecutionError("OBJECT_NOT_FOUND", { key });
  return value;
}
