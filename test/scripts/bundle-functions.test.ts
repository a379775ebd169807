import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const other = process.arch === "x64" ? "arm64" : "x64";
/** A project of two functions, whose packages are installed but are not what their names say. */
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "firecrest-"));
  mkdirSync(join(project, "scripts"));
  copyFileSync(join(root, "scripts/bundle-functions.mjs"), join(project, "scripts/bundle-functions.mjs"));
  write("package-lock.json", "{}");
  for (const name of [
    "@duckdb/node-api",
    "@duckdb/node-bindings",
    `@duckdb/node-bindings-linux-${process.arch}`,
    "detect-libc",
    "parquet-wasm",
  ])
    packageOf(name, "1.2.3-none");
  write("node_modules/@duckdb/node-api/index.js", "exports.kernel = 'native';");
  write("node_modules/@duckdb/node-api/index.d.ts", "");
  write("node_modules/parquet-wasm/esm/parquet_wasm.js", "");
  symlinkSync(join(root, "node_modules/esbuild"), join(project, "node_modules/esbuild"));
  write("lib/answer.ts", "export const answer: number = 42;");
  write("lib/kernel.ts", 'import { kernel } from "@duckdb/node-api";\nexport const name = kernel;');
  write(
    "functions/one/handler.ts",
    'import { answer } from "../../lib/answer.ts";\nexport const handler = async () => ({ answer, url: import.meta.url });',
  );
  write("functions/two/handler.ts", 'export const handler = async () => (await import("../../lib/kernel.ts")).name;');
  write("functions/two/worker.ts", "console.log('worker');");
  const before = new Date(Date.now() - 60_000);
  for (const file of readdirSync(project, { recursive: true, encoding: "utf8" }))
    if (!file.startsWith("node_modules")) utimesSync(join(project, file), before, before);
});
afterEach(() => rmSync(project, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}
const packageOf = (name: string, version: string) =>
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version, main: "index.js" }));

const bundleWith = (environment: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  spawnSync(process.execPath, [join(project, "scripts/bundle-functions.mjs"), ...args], {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
const bundle = (...args: readonly string[]) => bundleWith({}, ...args);

/** What a bundle's handler gives, run as Lambda does: found packages are the layer's. */
function call(name: string): unknown {
  const bundled = join(project, "dist/functions", name, "index.cjs");
  // Elsewhere, so that no node_modules is above it.
  const elsewhere = mkdtempSync(join(tmpdir(), "firecrest-task-root-"));
  copyFileSync(bundled, join(elsewhere, "index.cjs"));
  const program = "require(process.argv[1]).handler().then((value) => console.log(JSON.stringify(value)))";
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", program, join(elsewhere, "index.cjs")], {
    encoding: "utf8",
    env: { ...process.env, NODE_PATH: join(project, `dist/layer-${process.arch}/nodejs/node_modules`) },
  });
  rmSync(elsewhere, { recursive: true });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe("bundles", () => {
  test("the first run bundles every function, and the second finds nothing to do", () => {
    expect(bundle()).toMatchObject({
      status: 0,
      stderr: `bundle-functions: bundling\nbundle-functions: making the layer for ${process.arch}\n`,
    });
    expect(readdirSync(join(project, "dist/functions/two")).toSorted()).toEqual([
      "index.cjs",
      "index.cjs.map",
      "worker.cjs",
      "worker.cjs.map",
    ]);
    expect(bundle()).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(bundle("--check")).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });

  test("a bundle runs alone, knows where it is, and finds native packages in the layer when it needs them", () => {
    bundle();
    expect(call("one")).toEqual({ answer: 42, url: expect.stringMatching(/^file:.*\/index\.cjs$/) });
    expect(call("two")).toBe("native");
  });

  test("a changed source, a removed one and a new function are bundled again", () => {
    bundle();
    write("lib/answer.ts", "export const answer = 43;");
    expect(bundle("--check").stderr).toContain(
      "lib/answer.ts has changed since the functions were bundled; run: node scripts/bundle-functions.mjs",
    );
    bundle();
    expect(call("one")).toMatchObject({ answer: 43 });
    rmSync(join(project, "functions/two/worker.ts"));
    expect(bundle("--check").stderr).toContain("functions/two/worker.ts has changed");
    bundle();
    write("functions/three/handler.ts", "export const handler = async () => 3;");
    expect(bundle("--check").stderr).toContain("functions/three/handler.ts is not bundled");
    expect(bundle().stderr).toBe("bundle-functions: bundling\n");
    expect(call("three")).toBe(3);
  });

  test("a check changes nothing", () => {
    const { status, stderr } = bundle("--check");
    expect(status).toBe(1);
    expect(stderr).toContain("dist/functions holds no bundles");
    expect(existsSync(join(project, "dist"))).toBe(false);
  });

  test("a source that cannot be bundled fails and leaves the last good bundles", () => {
    bundle();
    write("lib/answer.ts", "export const = 1;");
    const { status, stderr } = bundle();
    expect(status).toBe(1);
    expect(stderr).toContain("lib/answer.ts:1:13");
    expect(stderr).toContain("the functions could not be bundled; the errors are above.");
    expect(call("one")).toMatchObject({ answer: 42 });
    expect(readdirSync(join(project, "dist")).toSorted()).toEqual(["functions", `layer-${process.arch}`]);
  });
});

describe("layers", () => {
  const modules = () => join(project, `dist/layer-${process.arch}/nodejs/node_modules`);

  test("hold the native packages, without what a function has no use for", () => {
    bundle();
    expect(existsSync(join(modules(), "@duckdb", `node-bindings-linux-${process.arch}`, "package.json"))).toBe(true);
    expect(existsSync(join(modules(), "@duckdb/node-api/index.d.ts"))).toBe(false);
    expect(readdirSync(join(modules(), "parquet-wasm"))).toEqual(["package.json"]);
  });

  test("follow the installed versions", () => {
    bundle();
    packageOf("parquet-wasm", "2.0.0");
    expect(bundle("--check").stderr).toContain(
      `dist/layer-${process.arch} does not hold parquet-wasm 2.0.0; run: node scripts/bundle-functions.mjs ${process.arch}`,
    );
    expect(bundle().stderr).toBe(`bundle-functions: making the layer for ${process.arch}\n`);
    expect(bundle("--check").status).toBe(0);
  });

  /** A stand-in for npm, so that no registry is asked. */
  const withNpm = (script: string) => {
    write("bin/npm", `#!/bin/sh\nset -e\n${script}\n`);
    chmodSync(join(project, "bin/npm"), 0o755);
    return bundleWith({ PATH: `${join(project, "bin")}:${process.env.PATH}` }, other);
  };

  test("of another architecture take its library from the registry", () => {
    const library = `node-bindings-linux-${other}`;
    write("packed/package/package.json", JSON.stringify({ name: `@duckdb/${library}`, version: "1.2.3-none" }));
    write("packed/package/libduckdb.so", "library");
    // npm pack NAME@VERSION --loglevel=error --pack-destination FOLDER
    expect(
      withNpm(`test "$2" = "@duckdb/${library}@1.2.3-none"\ntar -czf "$5/it.tgz" -C "${project}/packed" package\necho it.tgz`).stderr,
    ).toContain(`making the layer for ${other}\n`);
    expect(readdirSync(join(project, `dist/layer-${other}/nodejs/node_modules/@duckdb`, library)).toSorted()).toEqual([
      "libduckdb.so",
      "package.json",
    ]);
    expect(bundle("--check", other).status).toBe(0);
  });

  test("of another architecture whose library the registry lacks fail with npm's reason and leave nothing", () => {
    const { status, stderr } = withNpm("echo 'npm error notarget' >&2\nexit 1");
    expect(status).toBe(1);
    expect(stderr).toContain(`dist/layer-${other} could not be made: \`npm pack @duckdb/node-bindings-linux-${other}@1.2.3-none`);
    expect(stderr).toContain("npm error notarget");
    expect(readdirSync(join(project, "dist"))).toEqual(["functions"]);
  });

  test("of an unknown architecture are refused", () => {
    expect(bundle("mips")).toMatchObject({ status: 1, stderr: "bundle-functions: mips is not an architecture: x64, arm64\n" });
  });
});
