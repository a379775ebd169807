import { AnalysisError } from "../engine/errors.ts";
import type { Read } from "../engine/logical/plan.ts";
import type { ObjectStat, ObjectStore } from "../engine/ports/object-store.ts";
import { expandBraces, globToRegExp, isGlob, literalPrefix } from "./glob.ts";
import { invalidOption, Options } from "./options.ts";

/** A data file and the path of the user's that led to it. */
export interface ListedFile extends ObjectStat {
  /** The folder (or file) that the user named, patterns filled in, without a slash at the end. */
  readonly root: string;
}

/** Beyond this a plan would not fit in a coordinator's memory. */
const MAX_FILES = 1_000_000;

/** The data files of a read in the order of its paths and of their keys. Throws PATH_NOT_FOUND. */
export async function listFiles(read: Read, store: ObjectStore): Promise<readonly ListedFile[]> {
  const wanted = fileFilter(new Options(read.options));
  const found = new Map<string, ListedFile>();
  for (const path of read.paths.map(normalizePath)) {
    let exists = false;
    for await (const file of expand(path, store)) {
      exists = true;
      if (file.size === 0 || !isDataPath(file.key.slice(file.root.length)) || !wanted(file)) continue;
      if (!found.has(file.key)) found.set(file.key, file);
      if (found.size > MAX_FILES)
        throw new AnalysisError("FIRECREST_UNSUPPORTED", {
          feature: `Reading more than ${MAX_FILES} files`,
          advice: "Read fewer folders at once.",
        });
    }
    if (!exists && !(await store.hasFolder?.(path)))
      throw new AnalysisError("PATH_NOT_FOUND", { path: path.startsWith("/") ? `file:${path}` : path });
  }
  return [...found.values()];
}

/** `file:///a//b/` is `/a/b`; `s3a://` is `s3://`. */
export function normalizePath(path: string): string {
  const address = path.replace(/^file:(?:\/\/)?(?=\/)/, "").replace(/^s3[an]:\/\//, "s3://");
  const [, scheme = "", rest = ""] = /^([a-z0-9]+:\/\/)?(.*)$/s.exec(address)!;
  const clean = rest.replace(/\/{2,}/g, "/").replace(/^(?:\.\/)+/, "");
  return scheme + (clean.length > 1 ? clean.replace(/\/$/, "") : clean);
}

async function* expand(path: string, store: ObjectStore): AsyncGenerator<ListedFile> {
  if (isGlob(path)) {
    for (const glob of expandBraces(path)) yield* expandGlob(glob, store);
    return;
  }
  const file = await store.stat(path);
  if (file) yield { ...file, root: path };
  else for await (const below of store.list(path.endsWith("/") ? path : `${path}/`)) yield { ...below, root: path };
}

async function* expandGlob(glob: string, store: ObjectStore): AsyncGenerator<ListedFile> {
  const pattern = globToRegExp(glob);
  const depth = glob.split("/").length;
  for await (const file of store.list(literalPrefix(glob))) {
    const root = file.key.split("/").slice(0, depth).join("/");
    if (pattern.test(root)) yield { ...file, root };
  }
}

/** False where a folder or the file itself, below the root, is hidden: `_SUCCESS`, `.crc`, `_temporary/...`, but not `_p=1/...`. */
const isDataPath = (below: string): boolean =>
  !below.split("/").some((name) => (name.startsWith("_") && !name.includes("=")) || name.startsWith(".") || name.endsWith("._COPYING_"));

function fileFilter(options: Options): (file: ObjectStat) => boolean {
  const glob = options.text("pathGlobFilter");
  const pattern = glob === undefined ? undefined : globToRegExp(glob);
  const before = instant(options, "modifiedBefore");
  const after = instant(options, "modifiedAfter");
  return (file) =>
    (!pattern || pattern.test(file.key.slice(file.key.lastIndexOf("/") + 1))) &&
    (before === undefined || file.modified < before) &&
    (after === undefined || file.modified > after);
}

/** Spark reads these on the clocks of the option `timeZone`; only UTC is known here, so another zone must be spelt as an offset. */
function instant(options: Options, name: string): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  options.refuse("timeZone", "utc", "gmt", "z", "etc/utc");
  const match = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  const ms = match ? Date.parse(match[1] ? text : `${text}Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw invalidOption(name, "a timestamp of the form yyyy-MM-ddTHH:mm:ss", text);
  return ms;
}
