import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { allFunctions } from "../lib/engine/functions/registry.ts";

/** STYLE.md's rules that a program can check and that neither tsc nor biome does. */
const root = join(import.meta.dirname, "..");

interface SourceFile {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** Made at set-up, and committed nowhere. */
const generated = join("lib", "connect", "protocol");

const sources: readonly SourceFile[] = ["lib", "apps", "functions", "cdk", "examples", "benchmarks", "test"]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap(filesOf);

function filesOf(folder: string): readonly SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes(generated))
    .map((entry) => {
      const absolute = join(entry.parentPath, entry.name);
      const text = readFileSync(absolute, "utf8");
      return { path: absolute.slice(root.length + 1), text, lines: text.trimEnd().split("\n") };
    });
}

const within = (...folders: readonly string[]) => sources.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)));

/** What a file imports or re-exports: project files by their path from the root, packages by their name. */
function importsOf({ path, text }: SourceFile): readonly string[] {
  const specifiers = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;"'`]*?\bfrom\s+"([^"]+)"|(?:^|\n)import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/g,
  );
  return [...specifiers].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3]!;
    return specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : specifier;
  });
}

/** A package may have several entries: `hono/aws-lambda` belongs to `hono`. */
const packageOf = (specifier: string): string => specifier.match(/^(@[^/]+\/)?[^/]+/)![0];

/** `file: thing` for each line that matches, comments and strings included: what must not stand there must not be spoken of either. */
const linesWith = (files: readonly SourceFile[], pattern: RegExp): readonly string[] =>
  files.flatMap(({ path, lines }) => lines.flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])));

const withoutComments = (file: SourceFile): SourceFile => ({
  ...file,
  lines: file.lines.map((line) => (/^\s*(\*|\/\*|\/\/)/.test(line) ? "" : line.replace(/\s\/\/ .*$/, ""))),
});

describe("imports point one way", () => {
  const frontEnds = ["lib/catalog/", "lib/sql/", "lib/dataframe/", "lib/rdd/", "lib/connect/"];
  /** What each part may import of lib, besides itself. Packages are checked below. */
  const allowed: Readonly<Record<string, readonly string[]>> = {
    "lib/engine/": [],
    "lib/sources/": ["lib/engine/"],
    "lib/catalog/": ["lib/engine/"],
    "lib/sql/": ["lib/engine/", "lib/catalog/", "lib/dataframe/engine-port.ts"],
    "lib/dataframe/": ["lib/engine/", "lib/catalog/", "lib/sql/"],
    "lib/rdd/": ["lib/engine/", "lib/dataframe/"],
    "lib/connect/": ["lib/engine/", "lib/catalog/", "lib/dataframe/", "lib/sql/"],
    "lib/service/": ["lib/engine/", "lib/dataframe/engine-port.ts"],
    "lib/backends/": ["lib/engine/", "lib/sources/", "lib/service/", "lib/catalog/", "lib/sql/", "lib/dataframe/engine-port.ts"],
    "lib/firecrest.ts": ["lib/engine/", "lib/service/driver-environment.ts", "lib/backends/", ...frontEnds],
  };

  test.each(Object.entries(allowed))("%s imports only what is below it", (part, others) => {
    const bad = within("lib")
      .filter(({ path }) => path.startsWith(part))
      .flatMap((file) => importsOf(file).map((target) => [file.path, target] as const))
      .filter(([, target]) => /^(lib|apps|functions|cdk|test|benchmarks|examples)\//.test(target))
      .filter(([, target]) => ![part, ...others].some((prefix) => target.startsWith(prefix)));
    expect(bad).toEqual([]);
  });

  test("nothing in lib belongs to no part", () => {
    expect(within("lib").filter(({ path }) => !Object.keys(allowed).some((part) => path.startsWith(part)))).toEqual([]);
  });

  test("packages are used where their part is", () => {
    const homes: Readonly<Record<string, readonly string[]>> = {
      "@duckdb/node-api": ["lib/engine/kernel/", "lib/engine/result/", "benchmarks/", "test/"],
      "apache-arrow": ["lib/", "benchmarks/", "test/"],
      "@bufbuild/protobuf": ["lib/connect/", "test/connect/"],
      "@grpc/grpc-js": ["lib/connect/service/", "test/connect/"],
      hyparquet: ["lib/sources/", "test/"],
      "parquet-wasm": ["lib/sources/", "lib/engine/kernel/", "lib/service/http/", "test/"],
      "@xmldom/xmldom": ["lib/engine/functions/xml/"],
      xpath: ["lib/engine/functions/xml/"],
      "tar-stream": ["lib/connect/session/archive/"],
      yauzl: ["lib/connect/session/archive/"],
      hono: ["lib/service/http/", "functions/api/", "test/service/http/"],
      "@hono/node-server": ["lib/service/http/"],
      "@hono/zod-openapi": ["lib/service/http/", "test/support/"],
      "@seriousme/openapi-schema-validator": ["test/"],
      esbuild: ["scripts/", "apps/"],
      commander: ["apps/", "benchmarks/", "test/connect/conformance/"],
      "@smithy/signature-v4": ["lib/backends/remote/", "test/"],
      "@aws-crypto/sha256-js": ["lib/backends/remote/", "test/"],
      "@aws-sdk/client-cloudformation": ["test/"],
      "@aws-sdk/client-cloudwatch-logs": ["lib/backends/aws/", "test/"],
      "@aws-sdk/client-lambda": ["lib/backends/aws/", "test/"],
      "@aws-sdk/client-sqs": ["lib/backends/aws/", "test/"],
      "@aws-sdk/client-s3": ["lib/backends/aws/", "test/"],
      "@aws-sdk/s3-request-presigner": ["lib/backends/aws/"],
      "@aws-sdk/client-sts": ["lib/backends/aws/"],
      "@aws-sdk/credential-provider-node": ["lib/backends/aws/", "lib/backends/remote/"],
      // Types only.
      "aws-lambda": ["functions/", "test/"],
      "aws-cdk-lib": ["cdk/", "test/cdk/"],
      constructs: ["cdk/"],
      "cdk-nag": ["test/cdk/"],
      vitest: ["test/"],
      "fast-check": ["test/"],
      // Made up for a layer.
      "@s/two": ["test/localstack/functions.test.ts"],
      firecrest: ["examples/", "benchmarks/", "test/benchmarks/", "test/aws/order-priorities.ts"],
    };
    const bad = sources.flatMap((file) =>
      importsOf(file)
        .filter((target) => !/^(node:|lib\/|apps\/|functions\/|cdk\/|test\/|benchmarks\/|examples\/|package\.json$)/.test(target))
        .filter((target) => !homes[packageOf(target)]?.some((home) => file.path.startsWith(home)))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(bad).toEqual([]);
  });

  test("the engine uses nothing of Node's that acts", () => {
    // A checksum or a digest is a function like any other.
    const pure = ["node:crypto", "node:zlib"];
    expect(
      within("lib/engine").flatMap((file) =>
        importsOf(file)
          .filter((target) => target.startsWith("node:") && !pure.includes(target))
          .map((t) => `${file.path}: ${t}`),
      ),
    ).toEqual([]);
  });
});

describe("the engine is told the time, chance and surroundings", () => {
  test.each([
    /\bDate\.now\b|new Date\(\)/,
    /\bMath\.random\b/,
    /\bperformance\.now\b/,
    /\bprocess\./,
    /\bsetTimeout\b|\bsetInterval\b/,
    /\bcrypto\./,
  ])("nothing in lib/engine uses %s", (pattern) => {
    expect(linesWith(within("lib/engine").map(withoutComments), pattern)).toEqual([]);
  });
});

describe("files stay small", () => {
  const HARD_LIMIT = 500;
  /** Longer than most, and still one thing each. */
  const longer: Readonly<Record<string, number>> = {
    // Spark's error conditions, a line each.
    "lib/engine/errors/conditions.ts": 500,
    // A table: what the scheduler does on each event in each state.
    "test/engine/scheduler/transition.test.ts": 600,
  };

  test(`no file is longer than ${HARD_LIMIT} lines, but for those that were looked at`, () => {
    const bad = sources
      .filter(({ path, lines }) => lines.length > (longer[path] ?? HARD_LIMIT))
      .map(({ path, lines }) => `${path}: ${lines.length}`);
    expect(bad).toEqual([]);
  });
});

describe("files say one thing in one way", () => {
  test("there are no barrels inside lib", () => {
    expect(within("lib").filter(({ path }) => path.endsWith("/index.ts"))).toEqual([]);
    const onlyReexports = within("lib").filter(({ path, lines }) => {
      const code = withoutComments({ path, text: "", lines }).lines.filter((line) => line.trim() !== "");
      return path !== "lib/firecrest.ts" && code.length > 0 && code.every((line) => /^export (\*|type \{|\{).* from /.test(line));
    });
    const reviewed = ["lib/dataframe/functions.ts"];
    expect(onlyReexports.map(({ path }) => path).filter((path) => !reviewed.includes(path))).toEqual([]);
  });

  test("there are no default exports", () => {
    expect(linesWith(sources, /^export default /)).toEqual([]);
  });

  test("there is no any", () => {
    expect(
      linesWith(
        within("lib", "apps", "examples", "benchmarks").map(withoutComments),
        /(?::|<|\bas|\|) any\b(?!["`: ,]*["`:])|\bany\[\]|<any>/,
      ),
    ).toEqual([]);
  });

  test("nothing is left for later", () => {
    const marks = ["TO" + "DO", "FIX" + "ME"];
    expect(linesWith(sources, new RegExp(`\\b(${marks.join("|")})\\b`))).toEqual([]);
  });

  test("file names are words with hyphens", () => {
    expect(sources.map(({ path }) => path).filter((path) => !/^([a-z0-9-]+\/)*[a-z0-9-]+(\.test)?\.ts$/.test(path))).toEqual([]);
  });

  test("no name speaks of a manager, a helper or a util", () => {
    expect(sources.map(({ path }) => path).filter((path) => /manager|helper|util/.test(path))).toEqual([]);
    expect(linesWith(within("lib", "apps").map(withoutComments), /\b(class|interface|function|type) \w*(Manager|Helper|Util)\w*/)).toEqual(
      [],
    );
  });
});

describe("the function registry", () => {
  test("describes every function in a sentence", () => {
    const bad = allFunctions().filter(({ doc }) => !/^[A-Z`'"(\d].{8,}\.$/s.test(doc) || doc.includes("\n"));
    expect(bad.map(({ names, doc }) => `${names[0]}: ${doc}`)).toEqual([]);
  });

  test("names functions in lower case", () => {
    expect(allFunctions().flatMap(({ names }) => names.filter((name) => name !== name.toLowerCase()))).toEqual([]);
  });
});
