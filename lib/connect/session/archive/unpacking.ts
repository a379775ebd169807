import { createWriteStream } from "node:fs";
import { link, lstat, mkdir, realpath, symlink, unlink } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { AnalysisError } from "../../../engine/errors.ts";

/** Of one archive. Spark has no bound; a server needs one. */
const MOST_ENTRIES = 200_000;

export const badArchive = (problem: string): AnalysisError => new AnalysisError("FIRECREST_CONNECT_ARCHIVE", { problem });

/** Where the entries of one archive go: below one folder, and nowhere else. */
export class Unpacking {
  readonly #root: string;
  readonly #reserve: (bytes: number) => void;
  readonly #links = new Map<string, string>();
  #entries = 0;

  /** `reserve` takes note of bytes before they are written, and throws where they are too many. */
  constructor(root: string, reserve: (bytes: number) => void) {
    this.#root = root;
    this.#reserve = reserve;
  }

  async folder(name: string): Promise<void> {
    await mkdir(join(this.#root, ...this.#parts(name)), { recursive: true });
  }

  async file(name: string, mode: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    const path = await this.#place(name);
    const reserve = this.#reserve;
    const counted = async function* () {
      for await (const part of content) {
        reserve(part.length);
        yield part;
      }
    };
    // What an archive holds twice is what comes last.
    await unlink(path).catch(() => {});
    await pipeline(counted, createWriteStream(path, { flags: "wx", mode: (mode & 0o777) | 0o600 }));
  }

  /** Another name of a file that came before. */
  async hardLink(name: string, target: string): Promise<void> {
    const path = await this.#place(name);
    const existing = join(this.#root, ...this.#parts(target));
    const stat = await lstat(existing).catch(() => undefined);
    if (!stat?.isFile()) throw badArchive(`${name} is a link to what is not in it`);
    await link(existing, path);
  }

  /** Made at the end, so that nothing is ever written through a link. */
  symbolicLink(name: string, target: string): void {
    this.#links.set(this.#parts(name).join("/"), target);
  }

  /** Makes the links. Throws for one that leads, over other links or not, out of the folder. */
  async finish(): Promise<void> {
    const root = await realpath(this.#root);
    const made: string[] = [];
    for (const [name, target] of this.#links) {
      const path = await this.#place(name);
      if (target === "" || target.startsWith("/")) throw badArchive(`${name} is a link out of it`);
      await symlink(target, path).catch(() => {
        throw badArchive(`${name} is in it twice`);
      });
      made.push(path);
    }
    for (const path of made) {
      const end = await realpath(path).catch(() => undefined);
      // One that leads nowhere could lead anywhere later.
      if (end === undefined) await unlink(path);
      else if (end !== root && !end.startsWith(root + sep)) throw badArchive(`${path.slice(this.#root.length + 1)} is a link out of it`);
    }
  }

  async #place(name: string): Promise<string> {
    const parts = this.#parts(name);
    if (parts.length === 0) throw badArchive("an entry has no name");
    const path = join(this.#root, ...parts);
    await mkdir(dirname(path), { recursive: true });
    return path;
  }

  /** Throws for names that lead out of the folder, or through a link. */
  #parts(name: string): readonly string[] {
    this.#entries += 1;
    if (this.#entries > MOST_ENTRIES) throw badArchive(`it has more than ${MOST_ENTRIES} entries`);
    const parts = name.split("/").filter((part) => part !== "" && part !== ".");
    if (name.startsWith("/") || parts.some((part) => part === ".." || part.includes("\\") || part.includes("\0")))
      throw badArchive(`the name ${JSON.stringify(name)} leads out of it`);
    for (let i = 1; i < parts.length; i++)
      if (this.#links.has(parts.slice(0, i).join("/"))) throw badArchive(`the name ${JSON.stringify(name)} goes through a link`);
    return parts;
  }
}
