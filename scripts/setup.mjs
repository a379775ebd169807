// Makes a checkout ready: installs the packages that package-lock.json names and bundles what users start.
// Silent where nothing is to do. Plain JavaScript, since it must run on any Node from 18 on, before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installClient, makeProtocol } from "./pyspark/setup.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);

/** What users start, by the name of its bundle. One build for all, so that they share one copy of every module. */
const entryPoints = {
  firecrest: "lib/firecrest.ts",
  cli: "apps/cli/main.ts",
  worker: "lib/backends/local/worker.ts",
};
/** Packages with native or WebAssembly parts; they stay in node_modules. */
const external = ["@duckdb/node-api", "parquet-wasm", "esbuild"];
const bundledFrom = ["lib", "apps", "package.json", "package-lock.json", "scripts/setup.mjs"];
/** What needs Spark Connect's messages, for which there must be a Python once. */
const connectServer = /connect[/]service[/]server[.]ts$/;

const sayAndFail = (message) => {
  process.stderr.write(`setup: ${message}\n`);
  process.exit(1);
};

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** Whether node_modules holds what the lock file names. npm writes its own list last, so a broken-off installation has none. */
function isInstalled() {
  const list = at("node_modules", ".package-lock.json");
  if (!existsSync(list) || !existsSync(at("node_modules", ".bin", "node"))) return false;
  const installed = readJson(list).packages;
  return Object.entries(readJson(at("package-lock.json")).packages).every(([path, wanted]) => {
    const found = installed[path];
    return path === "" || (found ? found.version === wanted.version : wanted.optional === true);
  });
}

function install() {
  process.stderr.write("setup: installing packages\n");
  const { status, error } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (error) sayAndFail(`npm could not be started (${error.message}). It comes with Node: https://nodejs.org`);
  if (status !== 0) sayAndFail("npm ci failed; its message is above. A registry that cannot be reached is the usual cause.");
  if (!isInstalled())
    sayAndFail(
      "npm ci left packages out. Are install scripts switched off (ignore-scripts)? The package `node` needs its own to fetch Node 24.",
    );
}

/** Milliseconds since 1970 of the newest change below a path; a removed file shows in its folder's time. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

function isBundled() {
  const bundles = Object.keys(entryPoints).map((name) => at("dist", `${name}.js`));
  if (!bundles.every((path) => existsSync(path))) return false;
  const built = Math.min(...bundles.map((path) => statSync(path).mtimeMs));
  return bundledFrom.every((path) => newest(at(path)) < built);
}

/** Stands in for the server of Spark Connect where its messages could not be made. */
const withoutConnect = (problem) => ({
  name: "without-connect",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: connectServer }, () => ({ path: "connect", namespace: "absent" }));
    onLoad({ filter: /./, namespace: "absent" }, () => ({
      contents: `throw new Error(${JSON.stringify(`this build has no Spark Connect server: ${problem}. With it, npm run setup makes one.`)});`,
    }));
  },
});

async function bundle(connectProblem) {
  process.stderr.write("setup: bundling\n");
  const { build } = await import("esbuild");
  const outdir = at(`dist-${process.pid}`);
  const started = new Date();
  try {
    await build({
      absWorkingDir: root,
      entryPoints,
      outdir,
      external,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node24",
      // The packages' ES modules: of CommonJS a late import finds no names.
      mainFields: ["module", "main"],
      conditions: ["firecrest-source", "module"],
      // CommonJS packages of the AWS SDK require Node's modules.
      banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
      sourcemap: true,
      plugins: connectProblem ? [withoutConnect(connectProblem)] : [],
      logLevel: "error",
    });
    // What changed while the build ran counts as newer than it.
    for (const name of Object.keys(entryPoints)) utimesSync(join(outdir, `${name}.js`), started, started);
    // What is deployed is bundled elsewhere (bundle-functions.mjs).
    for (const name of existsSync(at("dist")) ? readdirSync(at("dist")) : [])
      if (name === "functions" || name.startsWith("layer-")) renameSync(at("dist", name), join(outdir, name));
    // Swapped in whole: a failed build leaves the last good one.
    rmSync(at("dist"), { recursive: true, force: true });
    renameSync(outdir, at("dist"));
  } catch {
    rmSync(outdir, { recursive: true, force: true });
    sayAndFail("the bundles could not be built; the errors are above.");
  }
}

if (!isInstalled()) install();
const connectProblem = makeProtocol();
if (connectProblem) process.stderr.write(`setup: no Spark Connect server: ${connectProblem}\n`);
if (!isBundled()) await bundle(connectProblem);
// Tests run programs of PySpark's where they can.
if (process.argv.includes("--client")) {
  const problem = connectProblem ?? installClient();
  if (problem) process.stderr.write(`setup: tests with PySpark's client will be skipped: ${problem}\n`);
}
