// What Spark Connect needs of a published PySpark: its messages, and for the tests its client. What is there already is left as it is.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
/** The version in sources.py, whose checksum stands there too. */
const version = /^PYSPARK = \("pyspark", "([^"]+)"/m.exec(readFileSync(join(here, "sources.py"), "utf8"))[1];
const folder = join(root, ".firecrest", "pyspark");
const sources = join(folder, version);
const protocol = join(root, "lib", "connect", "protocol");
const venv = join(folder, "venv");
const windows = process.platform === "win32";
const python = windows ? "python" : "python3";
const venvPython = windows ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python");

/** Changes when a file does that something was made from. */
const stampOf = (...files) =>
  files.reduce((hash, file) => hash.update(readFileSync(file)), createHash("sha256").update(version)).digest("hex");
const isStamped = (path, stamp) => existsSync(join(path, ".stamp")) && readFileSync(join(path, ".stamp"), "utf8") === stamp;

/** Whether the messages are there and are those of this version. */
export const hasProtocol = () => isStamped(protocol, protocolStamp());
const protocolStamp = () => stampOf(join(here, "sources.py"), join(here, "protocol.mjs"), join(root, "package-lock.json"));

/** Makes the messages where they are missing. Gives why they could not be made, or undefined. */
export function makeProtocol() {
  if (hasProtocol()) return undefined;
  const problem = fetchSources();
  if (problem) return problem;
  process.stderr.write("setup: making Spark Connect's messages\n");
  return replaced(protocol, (fresh) => {
    const failure = run(process.execPath, [join(here, "protocol.mjs"), join(sources, "descriptors"), fresh]);
    if (!failure) writeFileSync(join(fresh, ".stamp"), protocolStamp());
    return failure;
  });
}

/** A virtual environment with the client, whose sources are those above. Gives why there is none, or undefined. */
export function installClient() {
  const stamp = stampOf(join(here, "requirements.txt"));
  if (isStamped(venv, stamp)) return undefined;
  const problem = fetchSources();
  if (problem) return problem;
  process.stderr.write("setup: installing PySpark's client for the tests\n");
  // Made where it stays: its scripts hold its path.
  rmSync(venv, { recursive: true, force: true });
  const failure =
    run(python, ["-m", "venv", venv]) ??
    run(venvPython, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", join(here, "requirements.txt")]);
  if (failure) return failure;
  const packages = windows ? join(venv, "Lib", "site-packages") : join(venv, "lib", readdirSync(join(venv, "lib"))[0], "site-packages");
  writeFileSync(join(packages, "pyspark.pth"), `${sources}\n`);
  writeFileSync(join(venv, ".stamp"), stamp);
  return undefined;
}

/** The package as published, without its jars. */
function fetchSources() {
  if (existsSync(join(sources, "descriptors"))) return undefined;
  if (spawnSync(python, ["-m", "pip", "--version"], { stdio: "ignore" }).status !== 0) return `${python} with pip is not there`;
  process.stderr.write(`setup: fetching PySpark ${version} (430 MB, once)\n`);
  return replaced(sources, (fresh) => run(python, [join(here, "sources.py"), fresh]));
}

/** Makes a folder beside its place and puts it there in one step, so that nobody sees half of it. */
function replaced(path, make) {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = mkdtempSync(`${path}-`);
  try {
    const failure = make(fresh);
    if (failure) return failure;
    // A temporary folder is its maker's alone.
    chmodSync(fresh, 0o755);
    rmSync(path, { recursive: true, force: true });
    renameSync(fresh, path);
    return undefined;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function run(command, options) {
  const { status, error } = spawnSync(command, options, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (error) return `${command} could not be started (${error.message})`;
  return status === 0 ? undefined : `${command} ended with ${status}; its message is above`;
}
