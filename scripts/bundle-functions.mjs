// What cdk/ deploys: functions/<name>/handler.ts as dist/functions/<name>/index.cjs, beside it worker.cjs where the function starts a
// process of its own, and the packages with native or WebAssembly parts as a layer in dist/layer-<arch>/.
//   node scripts/bundle-functions.mjs [x64|arm64 ...]   this machine's architecture unless named; silent where nothing is to do
//   node scripts/bundle-functions.mjs --check [arch]    changes nothing; fails, and says why, where something would be to do
// CommonJS, because `require` finds a layer's packages by NODE_PATH everywhere, `import` only where a runtime adds that.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const bundles = at("dist", "functions");
/** esbuild's account of the build: which sources each bundle is made of. Written last. */
const metafile = join(bundles, "metafile.json");

const external = ["@duckdb/node-api", "parquet-wasm"];
const architectures = ["x64", "arm64"];
/** Changes of these make every bundle stale; sources do by the metafile. */
const toolchain = ["package-lock.json", "scripts/bundle-functions.mjs"];
/** Declarations and packages' builds for other surroundings are of no use in a function. */
const unused = /\.(d\.ts|map|md)$|\/parquet-wasm\/(bundler|esm)(\/|$)/;

const fail = (message) => {
  process.stderr.write(`bundle-functions: ${message}\n`);
  process.exit(1);
};
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** What each bundle begins with, by the bundle's path without extension. */
function entryPoints() {
  const names = existsSync(at("functions")) ? readdirSync(at("functions")) : [];
  const entries = names.flatMap((name) => [
    [`${name}/index`, `functions/${name}/handler.ts`],
    [`${name}/worker`, `functions/${name}/worker.ts`],
  ]);
  return Object.fromEntries(entries.filter(([, path]) => existsSync(at(path))));
}

/** Why the bundles do not fit the sources, or undefined where they do. */
function whyStale() {
  if (!existsSync(metafile)) return "dist/functions holds no bundles";
  const built = statSync(metafile).mtimeMs;
  const { inputs, outputs } = readJson(metafile);
  const bundled = Object.values(outputs).flatMap(({ entryPoint }) => (entryPoint ? [entryPoint] : []));
  const missing = Object.values(entryPoints()).find((path) => !bundled.includes(path));
  if (missing) return `${missing} is not bundled`;
  const changed = [...Object.keys(inputs), ...toolchain].find((path) => !existsSync(at(path)) || statSync(at(path)).mtimeMs > built);
  return changed && `${changed} has changed since the functions were bundled`;
}

async function bundleFunctions() {
  const { build } = await import("esbuild");
  const folder = `${bundles}-${process.pid}`;
  const started = new Date();
  try {
    const { metafile: account } = await build({
      absWorkingDir: root,
      entryPoints: entryPoints(),
      outdir: folder,
      outExtension: { ".js": ".cjs" },
      external,
      bundle: true,
      minify: true,
      keepNames: true,
      format: "cjs",
      platform: "node",
      target: "node24",
      // The packages' ES modules, of which esbuild can leave out what is not used.
      mainFields: ["module", "main"],
      conditions: ["firecrest-source", "module"],
      // What is imported late is required late.
      supported: { "dynamic-import": false },
      define: { "import.meta.url": "__bundleUrl" },
      banner: { js: 'const __bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
      sourcemap: true,
      sourcesContent: false,
      metafile: true,
      logLevel: "error",
    });
    writeFileSync(join(folder, "metafile.json"), JSON.stringify(account));
    // What changed while the build ran counts as newer than it.
    utimesSync(join(folder, "metafile.json"), started, started);
    replace(bundles, folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    fail(`the functions could not be bundled${error.errors ? "; the errors are above" : `: ${error.message}`}.`);
  }
}

/** Swapped in whole: a failed build leaves the last good one. Where another process was as fast, one of both stays. */
function replace(folder, by) {
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(by, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(by, { recursive: true, force: true });
  }
}

const bindingOf = (arch) => `@duckdb/node-bindings-linux-${arch}`;
const packageIn = (modules, name) => join(modules, ...name.split("/"));
const versionIn = (modules, name) => {
  const path = join(packageIn(modules, name), "package.json");
  return existsSync(path) ? readJson(path).version : undefined;
};
const installed = at("node_modules");
const layer = (arch) => at("dist", `layer-${arch}`);
const layerModules = (folder) => join(folder, "nodejs", "node_modules");

/** The layer's packages and the versions that are wanted: those installed, DuckDB's library in the version of its bindings. */
function layerPackages(arch) {
  const names = ["@duckdb/node-api", "@duckdb/node-bindings", "detect-libc", "parquet-wasm"];
  const wanted = names.map((name) => [name, versionIn(installed, name)]);
  return Object.fromEntries([...wanted, [bindingOf(arch), versionIn(installed, "@duckdb/node-bindings")]]);
}

/** Why a layer does not fit the installed packages, or undefined where it does. */
function whyLayerStale(arch) {
  const modules = layerModules(layer(arch));
  const other = Object.entries(layerPackages(arch)).find(([name, version]) => versionIn(modules, name) !== version);
  return other && `dist/layer-${arch} does not hold ${other[0]} ${other[1]}`;
}

function makeLayer(arch) {
  const folder = `${layer(arch)}-${process.pid}`;
  const modules = layerModules(folder);
  try {
    for (const [name, version] of Object.entries(layerPackages(arch))) {
      const to = packageIn(modules, name);
      mkdirSync(to, { recursive: true });
      // npm installs the library of this machine only.
      if (versionIn(installed, name) === version)
        cpSync(packageIn(installed, name), to, { recursive: true, filter: (path) => !unused.test(path) });
      else fetchPackage(name, version, to);
    }
    replace(layer(arch), folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    fail(`dist/layer-${arch} could not be made: ${error.message}`);
  }
}

/** Fetches a package by npm, which verifies it, and unpacks it. */
function fetchPackage(name, version, to) {
  const packed = run("npm", ["pack", `${name}@${version}`, "--loglevel=error", "--pack-destination", to]).trim();
  run("tar", ["-xzf", join(to, packed), "-C", to, "--strip-components=1"]);
  rmSync(join(to, packed));
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: 300_000,
    shell: process.platform === "win32",
  });
  if (error) throw new Error(`${command} could not be started (${error.message})`);
  if (status !== 0) throw new Error(`\`${command} ${args.join(" ")}\` failed: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}

const args = process.argv.slice(2);
const check = args.includes("--check");
const named = args.filter((arg) => arg !== "--check");
const unknown = named.find((arg) => !architectures.includes(arg));
if (unknown) fail(`${unknown} is not an architecture: ${architectures.join(", ")}`);
const wanted = named.length > 0 ? named : [process.arch];

const stale = whyStale();
const staleLayers = wanted.map((arch) => [arch, whyLayerStale(arch)]).filter(([, why]) => why);
if (check) {
  const why = stale ?? staleLayers[0]?.[1];
  if (why) fail(`${why}; run: node scripts/bundle-functions.mjs ${wanted.join(" ")}`);
} else {
  if (stale) {
    process.stderr.write("bundle-functions: bundling\n");
    await bundleFunctions();
  }
  for (const [arch] of staleLayers) {
    process.stderr.write(`bundle-functions: making the layer for ${arch}\n`);
    makeLayer(arch);
  }
}
