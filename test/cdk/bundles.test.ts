import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptyBundles, synthesize } from "./synth.ts";

const root = join(import.meta.dirname, "../..");
const placeholders = emptyBundles();
afterAll(placeholders.remove);

interface Import {
  readonly path: string;
  readonly kind: string;
  readonly external?: boolean;
}
/** esbuild's account of the bundles. */
let inputs: Readonly<Record<string, { readonly imports: readonly Import[] }>>;

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/bundle-functions.mjs")], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  inputs = JSON.parse(readFileSync(join(root, "dist/functions/metafile.json"), "utf8")).inputs;
});

/** Packages that are left out of bundles and that a source reaches by its imports, and theirs. */
function packagesFrom(source: string, follow: (kind: string) => boolean): readonly string[] {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: target, kind, external } of inputs[path]!.imports) {
      if (!follow(kind)) continue;
      if (!external) visit(target);
      else if (!target.startsWith("node:")) packages.add(target);
    }
  };
  visit(source);
  return [...packages].filter((name) => name === "@duckdb/node-api" || name === "parquet-wasm").toSorted();
}

const names = ["api", "coordinator", "dead-letters", "driver"];
const onStart = (source: string) => packagesFrom(source, (kind) => kind !== "dynamic-import");
const ever = (source: string) => packagesFrom(source, () => true);

test.each(names)("%s starts without the kernel", (name) => {
  expect(onStart(`functions/${name}/handler.ts`)).toEqual([]);
});

test("a task's worker starts with the kernel, and the function around it without", () => {
  expect(onStart("functions/task/handler.ts")).toEqual([]);
  expect(onStart("functions/task/worker.ts")).toContain("@duckdb/node-api");
});

test("the functions that may need native packages have them in a layer, and no others", () => {
  const needing = [...names.map((name) => [name, `functions/${name}/handler.ts`] as const), ["task", "functions/task/worker.ts"] as const]
    .filter(([, source]) => ever(source).length > 0)
    .map(([name]) => name);
  const functions = synthesize(placeholders.folder, { memoryTiersMiB: [1769] }).findResources("AWS::Lambda::Function");
  const layered = Object.entries(functions).flatMap(([id, { Properties }]) =>
    Properties.Layers ? [id.replace(/^Functions(.*)Function.*/, "$1")] : [],
  );
  expect(layered.map((id) => ({ Task1769: "task", DeadLetters: "dead-letters" })[id] ?? id.toLowerCase()).toSorted()).toEqual(
    needing.toSorted(),
  );
});
