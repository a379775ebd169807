import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Answer } from "./answer.ts";
import { corpusExists, type GoldenFile, readCorpus } from "./corpus.ts";
import { judgeContext } from "./judge.ts";
import { type Outcome, outcomesOf } from "./outcome.ts";
import { areaLines, contextLine, failureLine, groupLines, reasonLines, scoredLine } from "./report.ts";
import { FileRunner } from "./run-file.ts";

const USAGE = `usage: node test/golden/main.ts [CORPUS] [options]
  --area NAME       only files of an area; may stand several times
  --file TEXT       only files whose name contains the text; may stand several times
  --jobs N          processes at a time (2)
  --timeout S       seconds that a statement may take (60)
  --failures FILE   write what failed as JSON lines, wanted and got
  --contexts FILE   the same of errors that show another piece of their text than Spark's
  --outputs FOLDER  write all answers for the corpus's score.py
  --strict-errors   errors must have Spark's SQLSTATE and parameters, too
  --ties-ok         right rows in another order under ORDER BY count as right
CORPUS (or GOLDEN_CORPUS): the folder of Spark's golden files as data; ../shared/golden by default.`;

const root = resolve(import.meta.dirname, "../..");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    area: { type: "string", multiple: true, default: [] },
    file: { type: "string", multiple: true, default: [] },
    jobs: { type: "string", default: "2" },
    timeout: { type: "string", default: "60" },
    failures: { type: "string" },
    contexts: { type: "string" },
    outputs: { type: "string" },
    "strict-errors": { type: "boolean", default: false },
    "ties-ok": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

async function main(corpus: string): Promise<void> {
  if (!corpusExists(corpus)) {
    console.log(`golden: there is no corpus at ${corpus}: skipped`);
    return;
  }
  const files = readCorpus(
    corpus,
    (name, { file, area }) => matches(values.area, (a) => a === area) && matches(values.file, (f) => name.includes(f) || file.includes(f)),
  );
  const started = performance.now();
  const answers = await runAll(corpus, files);
  const strictness = { strictErrors: values["strict-errors"], tiesOk: values["ties-ok"] };
  const outcomes = files.flatMap((file) => outcomesOf(file, answers.get(file)!, strictness));
  print(outcomes);
  console.log(`\n${files.length} files in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  if (values.failures) writeLines(values.failures, outcomes.filter(({ passed }) => !passed).map(failureLine));
  if (values.contexts)
    writeLines(
      values.contexts,
      outcomes.filter(({ record, answer }) => !["same", "none"].includes(judgeContext(record, answer))).map(failureLine),
    );
  if (values.outputs) writeOutputs(values.outputs, answers);
}

const matches = (wanted: readonly string[], test: (one: string) => boolean): boolean => wanted.length === 0 || wanted.some(test);

async function runAll(corpus: string, files: readonly GoldenFile[]): Promise<ReadonlyMap<GoldenFile, readonly Answer[]>> {
  const folder = mkdtempSync(join(tmpdir(), "firecrest-golden-"));
  const waiting = [...files].sort((a, b) => b.records.length - a.records.length);
  const answers = new Map<GoldenFile, readonly Answer[]>();
  const work = async (slot: number) => {
    const runner = new FileRunner(join(folder, String(slot)), corpus, Number(values.timeout));
    try {
      const complaints = await runner.prepare();
      if (slot === 0) for (const complaint of complaints) console.error(`standing tables: ${complaint}`);
      for (let file = waiting.shift(); file; file = waiting.shift()) answers.set(file, await runner.run(file));
    } finally {
      await runner.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(Number(values.jobs), files.length) }, (_, slot) => work(slot)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return answers;
}

function print(outcomes: readonly Outcome[]): void {
  const groups = groupLines(outcomes);
  console.log(
    [
      ...areaLines(outcomes),
      ...reasonLines(outcomes),
      contextLine(outcomes),
      ...(groups.length > 0 ? ["", "what failures have in common:", ...groups] : []),
    ].join("\n"),
  );
}

const writeLines = (path: string, lines: readonly string[]): void => writeFileSync(path, lines.map((line) => `${line}\n`).join(""));

function writeOutputs(folder: string, answers: ReadonlyMap<GoldenFile, readonly Answer[]>): void {
  mkdirSync(folder, { recursive: true });
  for (const [{ name, records }, given] of answers) {
    const lines = records.map((record, i) => scoredLine(record, given[i]!)).filter((line) => line !== undefined);
    writeLines(join(folder, name), lines);
  }
}

if (values.help) console.log(USAGE);
else
  await main(resolve(positionals[0] ?? process.env.GOLDEN_CORPUS ?? join(root, "../shared/golden"))).catch((thrown: unknown) => {
    console.error(`golden: ${thrown instanceof Error ? thrown.message : thrown}`);
    process.exitCode = 1;
  });
