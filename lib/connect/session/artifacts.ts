import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { cp, type FileHandle, mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { AnalysisError } from "../../engine/errors.ts";
import { unpack } from "./archive/unpack.ts";
import { artifactName } from "./artifact-name.ts";

interface Kept {
  readonly path: string;
  readonly bytes: number;
  readonly digest: string;
}

/** The folder of what is on its way. */
const INCOMING = "incoming";

/** What a client has sent beside its plans: rows, modules and files, in a folder of the session's own that goes with it. */
export class Artifacts {
  readonly #most: number;
  readonly #kept = new Map<string, Kept>();
  #folder: Promise<string> | undefined;
  #files: string | undefined;
  #bytes = 0;
  #closed = false;

  /** Takes at most so many bytes. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Of all artifacts, those on their way included. */
  get bytes(): number {
    return this.#bytes;
  }
  has(name: string): boolean {
    return this.#kept.has(name);
  }
  /** The bytes of an artifact; undefined where there is none. */
  read(name: string): Uint8Array | undefined {
    const kept = this.#kept.get(name);
    return kept && readFileSync(kept.path);
  }
  /** For the module path of Python: the folder of modules, and archives of them. */
  get pythonPaths(): readonly string[] {
    const modules = [...this.#kept].filter(([name]) => name.startsWith("pyfiles/"));
    const archives = modules.filter(([name]) => /\.(zip|egg|jar)$/i.test(name)).map(([, { path }]) => path);
    return modules.length === 0 ? [] : [...new Set(modules.map(([, { path }]) => dirname(path))), ...archives];
  }

  /** The folder of files that are no modules, and of what archives held; undefined where none has come. */
  get filesFolder(): string | undefined {
    return this.#files;
  }

  /** Begins an artifact; nobody sees it before `keep`. Throws for a name that may not be. */
  async begin(name: string): Promise<Incoming> {
    const { folder, path } = artifactName(name);
    const root = await this.#root();
    const incoming = join(root, INCOMING, randomUUID());
    const file = await open(incoming, "wx", 0o600).catch((thrown: unknown) => {
      throw this.#closed ? ended() : thrown;
    });
    return new Incoming(file, {
      reserve: (bytes) => this.#reserve(bytes),
      keep: (bytes, digest) => this.#keep(name, incoming, join(root, folder, path), bytes, digest),
      drop: async (bytes) => {
        this.#bytes -= bytes;
        await rm(incoming, { force: true });
      },
    });
  }

  /** Takes copies of what another session has, into a folder of its own. Source: Spark's ArtifactManager.clone. */
  async copyFrom(other: Artifacts): Promise<void> {
    const kept = [...other.#kept];
    if (kept.length === 0 || !other.#folder) return;
    const [from, to] = [await other.#folder, await this.#root()];
    const here = (path: string): string => join(to, relative(from, path));
    this.#bytes += other.#bytes;
    await cp(from, to, { recursive: true, filter: (path) => relative(from, path) !== INCOMING });
    if (this.#closed) return rm(to, { recursive: true, force: true });
    for (const [name, one] of kept) this.#kept.set(name, { ...one, path: here(one.path) });
    if (other.#files) this.#files = here(other.#files);
  }

  /** Removes the folder. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#kept.clear();
    const folder = await this.#folder?.catch(() => undefined);
    // Again where an artifact begins meanwhile.
    if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #root(): Promise<string> {
    if (this.#closed) throw ended();
    this.#folder ??= mkdtemp(join(tmpdir(), "firecrest-connect-")).then(async (folder) => {
      await mkdir(join(folder, INCOMING));
      return folder;
    });
    return this.#folder;
  }

  #reserve(bytes: number): void {
    if (this.#bytes + bytes > this.#most)
      throw new AnalysisError("FIRECREST_CONNECT_BOUND", {
        bound: `${this.#most} bytes of artifacts in a session`,
        advice: "Write large data to files, or start the server with a larger spark.firecrest.connect.maxArtifactBytes.",
      });
    this.#bytes += bytes;
  }

  /** What is there already stays: the same again is no error, anything else of its name is. */
  async #keep(name: string, incoming: string, path: string, bytes: number, digest: string): Promise<void> {
    const existing = this.#kept.get(name);
    if (existing || this.#closed) {
      this.#bytes -= bytes;
      await rm(incoming, { force: true });
      if (!existing || existing.digest === digest || name.startsWith("cache/")) return;
      throw alreadyExists(name);
    }
    const files = join(await this.#root(), "files");
    let archived: { readonly from: string; readonly to: string; readonly bytes: number } | undefined;
    try {
      if (name.startsWith("archives/")) archived = await this.#unpacked(name, incoming, files);
      if (this.#closed) throw ended();
      if (this.#kept.has(name) || (archived && existsSync(archived.to))) throw alreadyExists(name);
      // In one go: no plan finds the name before its bytes, and no other artifact of this name comes between.
      for (const to of archived ? [path, archived.to] : [path]) mkdirSync(dirname(to), { recursive: true });
      renameSync(incoming, path);
      if (archived) renameSync(archived.from, archived.to);
    } catch (thrown) {
      this.#bytes -= bytes + (archived?.bytes ?? 0);
      for (const left of archived ? [incoming, archived.from] : [incoming]) await rm(left, { recursive: true, force: true });
      throw IN_THE_WAY.has((thrown as NodeJS.ErrnoException).code ?? "") ? alreadyExists(name) : thrown;
    }
    this.#kept.set(name, { path, bytes, digest });
    if (archived || name.startsWith("files/")) this.#files = files;
  }

  /** What is in an archive, still on its way, and where it belongs: under the name behind the `#`, or the archive's own. */
  async #unpacked(name: string, incoming: string, files: string) {
    const [file = "", folder] = name.split("/").at(-1)!.split("#");
    const from = `${incoming}-unpacked`;
    let bytes = 0;
    const reserve = (more: number) => {
      this.#reserve(more);
      bytes += more;
    };
    try {
      await unpack(incoming, file, from, reserve);
    } catch (error) {
      this.#bytes -= bytes;
      await rm(from, { recursive: true, force: true });
      throw error;
    }
    return { from, to: join(files, folder || file), bytes };
  }
}

/** A file where the artifact's folder would be, or a folder where it would be itself. */
const IN_THE_WAY: ReadonlySet<string> = new Set(["EEXIST", "EISDIR", "ENOTDIR", "ENOTEMPTY"]);

const alreadyExists = (name: string) => new AnalysisError("ARTIFACT_ALREADY_EXISTS", { normalizedRemoteRelativePath: name });
const ended = () => new AnalysisError("INTERNAL_ERROR", { message: "the session has ended" });

interface Target {
  readonly reserve: (bytes: number) => void;
  readonly keep: (bytes: number, digest: string) => Promise<void>;
  readonly drop: (bytes: number) => Promise<void>;
}

/** An artifact on its way. End it with `keep` or `drop`. */
export class Incoming {
  readonly #file: FileHandle;
  readonly #target: Target;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #dropped = false;

  constructor(file: FileHandle, target: Target) {
    this.#file = file;
    this.#target = target;
  }
  get bytes(): number {
    return this.#bytes;
  }
  /** Throws FIRECREST_CONNECT_BOUND where the session has too much. */
  async write(data: Uint8Array): Promise<void> {
    this.#target.reserve(data.length);
    this.#bytes += data.length;
    this.#hash.update(data);
    await this.#file.writeFile(data);
  }
  /** Throws ARTIFACT_ALREADY_EXISTS. */
  async keep(): Promise<void> {
    // What cannot be kept is dropped there.
    this.#dropped = true;
    await this.#file.close();
    await this.#target.keep(this.#bytes, this.#hash.digest("hex"));
  }
  /** Dropping twice is no error. */
  async drop(): Promise<void> {
    if (this.#dropped) return;
    this.#dropped = true;
    await this.#file.close();
    await this.#target.drop(this.#bytes);
  }
}
