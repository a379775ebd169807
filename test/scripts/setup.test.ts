import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
/** A project of three entry points, whose packages are installed. */
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "firecrest-"));
  mkdirSync(join(project, "scripts"));
  copyFileSync(join(root, "scripts/setup.mjs"), join(project, "scripts/setup.mjs"));
  makesMessages(undefined);
  const packages = { "": { name: "p" }, "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "1.0.0", optional: true } };
  write("package.json", JSON.stringify({ type: "module" }));
  write("package-lock.json", JSON.stringify({ packages }));
  write("node_modules/.package-lock.json", JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } }));
  mkdirSync(join(project, "node_modules/.bin"));
  symlinkSync(process.execPath, join(project, "node_modules/.bin/node"));
  symlinkSync(join(root, "node_modules/esbuild"), join(project, "node_modules/esbuild"));
  write("lib/shared.ts", "export const count: { n: number } = { n: 1 };");
  write("lib/firecrest.ts", 'export { count } from "./shared.ts";');
  write("apps/cli/main.ts", 'import { count } from "../../lib/shared.ts";\ncount.n += 1;');
  write("lib/backends/local/worker.ts", "console.log(1);");
  const before = new Date(Date.now() - 60_000);
  for (const file of readdirSync(project, { recursive: true, encoding: "utf8" }))
    if (!file.startsWith("node_modules")) utimesSync(join(project, file), before, before);
});
afterEach(() => rmSync(project, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

/** Stands in for what makes Spark Connect's messages, and gives why it could not. */
const makesMessages = (problem: string | undefined) =>
  write(
    "scripts/pyspark/setup.mjs",
    `export const makeProtocol = () => ${JSON.stringify(problem)}; export const installClient = () => undefined;`,
  );

const setup = () => spawnSync(process.execPath, [join(project, "scripts/setup.mjs")], { cwd: project, encoding: "utf8" });
const bundles = () => readdirSync(join(project, "dist")).filter((name) => name.endsWith(".js") && !name.startsWith("chunk"));

test("the first run bundles what users start, and the second finds nothing to do", () => {
  expect(setup()).toMatchObject({ status: 0, stderr: "setup: bundling\n" });
  expect(bundles().toSorted()).toEqual(["cli.js", "firecrest.js", "worker.js"]);
  expect(setup()).toMatchObject({ status: 0, stdout: "", stderr: "" });
});

test("bundles share one copy of a module", () => {
  setup();
  const program = 'await import("./dist/cli.js"); console.log((await import("./dist/firecrest.js")).count.n);';
  expect(spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd: project, encoding: "utf8" }).stdout).toBe("2\n");
});

test("a changed source is bundled again", () => {
  setup();
  write("lib/shared.ts", "export const count = { n: 41 };");
  expect(setup().stderr).toBe("setup: bundling\n");
  expect(readdirSync(join(project, "dist")).some((name) => readFileSync(join(project, "dist", name), "utf8").includes("41"))).toBe(true);
});

test("a removed source is noticed", () => {
  write("lib/unused.ts", "");
  setup();
  rmSync(join(project, "lib/unused.ts"));
  expect(setup().stderr).toBe("setup: bundling\n");
});

test("a source that cannot be bundled fails the set-up and leaves the last good bundles", () => {
  setup();
  write("lib/shared.ts", "export const = 1;");
  const { status, stderr } = setup();
  expect(status).toBe(1);
  expect(stderr).toContain("lib/shared.ts:1:13");
  expect(stderr).toContain("the bundles could not be built");
  expect(bundles()).toHaveLength(3);
  expect(readdirSync(project).filter((name) => name.startsWith("dist"))).toEqual(["dist"]);
});

test("a lock file that names another version is installed anew, and what is missing then is said", () => {
  write("package-lock.json", JSON.stringify({ packages: { "node_modules/a": { version: "2.0.0" } } }));
  const { status, stderr } = setup();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^setup: installing packages\n/);
  expect(stderr).toContain("setup: npm ci left packages out");
});

test("where the messages of Spark Connect cannot be made, all else is built, and the server says why it is not there", () => {
  makesMessages("python3 with pip is not there");
  write("lib/connect/service/server.ts", 'import "../protocol/base_pb.js";');
  write("apps/cli/main.ts", 'await import("../../lib/connect/service/server.ts");');
  expect(setup()).toMatchObject({ status: 0, stderr: "setup: no Spark Connect server: python3 with pip is not there\nsetup: bundling\n" });
  const { stderr } = spawnSync(process.execPath, [join(project, "dist/cli.js")], { encoding: "utf8" });
  expect(stderr).toContain("this build has no Spark Connect server: python3 with pip is not there. With it, npm run setup makes one.");
});
