import { type Entry, openPromise } from "yauzl";
import { badArchive, type Unpacking } from "./unpacking.ts";

const LINK = 0o120000;
const KIND = 0o170000;
/** `version made by` of archives whose entries have modes. */
const UNIX = 3;
/** What a link leads to is a path. */
const MOST_LINK_BYTES = 4_096;

/** Unpacks a zip archive. */
export async function unzip(path: string, target: Unpacking): Promise<void> {
  const archive = await ofZip(openPromise(path, { autoClose: false, strictFileNames: true }));
  try {
    const entries = archive.eachEntry();
    for (;;) {
      const { done, value: entry } = await ofZip(entries.next());
      if (done) return;
      const name: string = entry.fileName;
      if (name.endsWith("/")) await target.folder(name);
      else {
        const content = await ofZip(archive.openReadStreamPromise(entry));
        // It begins at once, and may fail before anyone reads it: whoever does is told.
        content.on("error", () => {});
        if (isLink(entry)) target.symbolicLink(name, await linkOf(entry, content));
        else await target.file(name, modeOf(entry), checked(content));
      }
    }
  } finally {
    archive.close();
  }
}

const modeOf = (entry: Entry): number => (entry.versionMadeBy >>> 8 === UNIX ? entry.externalFileAttributes >>> 16 : 0o644);
const isLink = (entry: Entry): boolean => entry.versionMadeBy >>> 8 === UNIX && (modeOf(entry) & KIND) === LINK;

async function linkOf({ fileName, uncompressedSize }: Entry, content: AsyncIterable<Uint8Array>): Promise<string> {
  if (uncompressedSize > MOST_LINK_BYTES) throw badArchive(`${fileName} is a link to a name that is too long`);
  const parts: Uint8Array[] = [];
  for await (const part of checked(content)) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** yauzl compares with the entry's size, which the archive says. */
async function* checked(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const parts = content[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await ofZip(parts.next());
      if (done) return;
      yield value;
    }
  } finally {
    await parts.return?.();
  }
}

/** What reading the archive throws is about the archive. */
async function ofZip<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (thrown) {
    throw badArchive((thrown as Error).message);
  }
}
