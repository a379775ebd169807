import type { transition } from "../../engine/scheduler/transition.ts";
import { FolderWatch, violationsOf } from "./checks.ts";
import type { FaultKind } from "./faults.ts";
import { SeededRandom } from "./seeded-random.ts";
import { SimulatedBill } from "./simulated-bill.ts";
import { programKey, SimulatedFleet } from "./simulated-fleet.ts";
import { SimulatedInbox } from "./simulated-inbox.ts";
import { randomJob } from "./simulated-job.ts";
import { SimulatedQueue } from "./simulated-queue.ts";
import { SimulatedStore } from "./simulated-store.ts";
import { encodeRows, SimulatedWorker } from "./simulated-worker.ts";
import { type Actor, World } from "./world.ts";

export interface Simulation {
  readonly seed: number;
  /** The same in each run of the seed. */
  readonly digest: number;
  readonly outcome: string;
  /** What must never happen, but did. */
  readonly violations: readonly string[];
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** Virtual time, in ms. */
  readonly duration: number;
}

export interface Sabotage {
  /** A broken scheduler. */
  readonly fold?: typeof transition;
  /** A store that lets a second coordinator overwrite the journal. */
  readonly fenceless?: boolean;
  /** A store that deletes on any condition. */
  readonly careless?: boolean;
}

/** A job that has not ended by then, in virtual ms, hangs: the storm is long over. */
const PATIENCE_MS = 10 * 60_000;
/** How long workers and coordinators that outlive the job are watched. */
const AFTERMATH_MS = 20_000;

/** Runs one random job through one random storm, with the real coordinator, and checks what came of it. */
export async function simulate(seed: number, tell?: (line: string) => void, sabotage: Sabotage = {}): Promise<Simulation> {
  const world = new World(seed, tell);
  const job = randomJob(new SeededRandom(seed, 3));
  const store = new SimulatedStore(world);
  store.fenceless = sabotage.fenceless ?? false;
  store.careless = sabotage.careless ?? false;
  const inbox = new SimulatedInbox(world);
  const bill = new SimulatedBill();
  // A cap bounds what is asked of the queue, not what the queue makes of it.
  if (job.options.maxDollars !== undefined) world.faults.exclude("taskDuplicated");
  let workers = 0;
  const queue: SimulatedQueue = new SimulatedQueue(world, (message) => {
    void new SimulatedWorker(`worker-${++workers}`, message, { world, store, inbox, queue, job, bill }).run();
  });
  const fleet = new SimulatedFleet(world, seed, { store, queue, inbox }, job, sabotage.fold);
  world.log(`job ${JSON.stringify(job.spec)}`);

  for (const [key, rows] of job.before) store.objects.set(key, { bytes: encodeRows(rows), modified: 0 });
  if (job.markedBefore) store.objects.set(`${job.spec.commit!.folder}/_SUCCESS`, { bytes: new Uint8Array(), modified: 0 });
  for (const stage of job.spec.stages.keys()) store.objects.set(programKey(job, stage), { bytes: new Uint8Array(), modified: 0 });
  const folder = new FolderWatch(job, store);
  if (job.cancelAt !== undefined) {
    const client: Actor = { name: "client", alive: true, mortality: "workerDied", pausedUntil: 0 };
    world.after(job.cancelAt, () => void inbox.send(client, "cancels", { kind: "cancel", reason: "simulated" }).catch(() => {}));
  }

  fleet.submit();
  await world.run(PATIENCE_MS, () => fleet.outcomes.length > 0);
  const duration = world.now;
  if (world.random.chance(0.3)) world.after(world.random.between(0, 5_000), () => fleet.wakeAgain());
  await world.run(world.now + AFTERMATH_MS, () => false);

  const [outcome] = fleet.outcomes;
  const violations = violationsOf({ job, store, queue, fleet, folder, bill });
  return {
    seed,
    digest: world.digest >>> 0,
    outcome: !outcome ? "hung" : outcome.kind === "failed" ? outcome.error.condition : outcome.kind,
    violations,
    faults: world.faults.met,
    duration,
  };
}
