import { parseArgs } from "node:util";
import { faultKinds } from "./faults.ts";
import { type Simulation, simulate } from "./simulate.ts";

const usage = `npm run simulate -- [--seeds N] [--from S]     runs N seeds (1,000), from seed S (1) on
npm run simulate -- --seed S [--verbose]        runs one seed, and prints every event
npm run simulate -- --scenario NAME             runs a job at scale on what AWS is documented to be
npm run simulate -- --list                      names the scenarios`;

/** Seeds between two lines of progress. */
const PROGRESS_EVERY = 1_000;

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    from: { type: "string" },
    seed: { type: "string" },
    verbose: { type: "boolean" },
    scenario: { type: "string" },
    list: { type: "boolean" },
    help: { type: "boolean" },
  },
});

/** Scenarios bring the whole engine with them; seeds need only its scheduler. */
const loadScenarios = async () => (await import("./scenarios/scenarios.ts")).scenarios;

async function runScenario(name: string): Promise<void> {
  const scenarios = await loadScenarios();
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
  if (!scenario) {
    console.error(`there is no scenario ${JSON.stringify(name)}, but ${Object.keys(scenarios).join(", ")}`);
    process.exit(2);
  }
  await scenario.run((line) => console.log(line));
}

async function listScenarios(): Promise<void> {
  for (const [name, { about }] of Object.entries(await loadScenarios())) console.log(`${name.padEnd(12)}  ${about}`);
}

async function runOne(seed: number): Promise<void> {
  const simulation = await simulate(seed, values.verbose ? (line) => console.log(line) : undefined);
  console.log(`seed ${seed}: ${simulation.outcome} after ${simulation.duration} virtual ms, digest ${simulation.digest.toString(16)}`);
  report(simulation);
}

async function runMany(from: number, seeds: number): Promise<void> {
  const outcomes: Record<string, number> = {};
  const faults: Record<string, number> = {};
  let failures = 0;
  const begin = performance.now();
  const rate = (done: number) => Math.round((done * 1000) / (performance.now() - begin));
  for (let done = 1; done <= seeds; done++) {
    const simulation = await simulate(from + done - 1);
    outcomes[simulation.outcome] = (outcomes[simulation.outcome] ?? 0) + 1;
    for (const kind of faultKinds) faults[kind] = (faults[kind] ?? 0) + simulation.faults[kind];
    if (simulation.violations.length > 0) failures++;
    report(simulation);
    if (done % PROGRESS_EVERY === 0) console.log(`${done} of ${seeds} seeds, ${failures} with violations, ${rate(done)} a second`);
  }
  console.log(`${seeds} seeds from ${from}: ${failures} with violations, ${rate(seeds)} a second`);
  console.log(`outcomes: ${countsOf(outcomes)}`);
  console.log(`faults met: ${countsOf(faults)}`);
}

function report({ seed, violations }: Simulation): void {
  if (violations.length === 0) return;
  process.exitCode = 1;
  console.log(`seed ${seed} violates:`);
  for (const violation of violations) console.log(`  ${violation}`);
  console.log(`  replay: npm run simulate -- --seed ${seed} --verbose`);
}

const countsOf = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${option} must be a whole number, not ${JSON.stringify(text)}\n\n${usage}`);
  process.exit(2);
}

if (values.help) console.log(usage);
else if (values.list) await listScenarios();
else if (values.scenario !== undefined) await runScenario(values.scenario);
else if (values.seed !== undefined) await runOne(wholeNumber("seed", values.seed));
else await runMany(wholeNumber("from", values.from ?? "1"), wholeNumber("seeds", values.seeds ?? "1000"));
