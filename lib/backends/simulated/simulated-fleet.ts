import { runtimeUsage } from "../../engine/cost/usage.ts";
import { asFirecrestError } from "../../engine/errors.ts";
import { runJob } from "../../engine/scheduler/coordinator.ts";
import type { JobOutcome } from "../../engine/scheduler/progress.ts";
import type { transition } from "../../engine/scheduler/transition.ts";
import { SeededRandom } from "./seeded-random.ts";
import { simulatedClock } from "./simulated-clock.ts";
import type { SimulatedInbox } from "./simulated-inbox.ts";
import type { SimulatedJob } from "./simulated-job.ts";
import type { SimulatedQueue } from "./simulated-queue.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import type { Actor, World } from "./world.ts";

/** How often somebody looks whether a coordinator is to be started, paused, doubled or relieved, in ms. */
const WATCH_MS = 50;
/** Bytes: little, as workers have. */
const COORDINATOR_MEMORY = 0.01;
const LONGEST_PAUSE_MS = 10_000;

export interface FleetPorts {
  readonly store: SimulatedStore;
  readonly queue: SimulatedQueue;
  readonly inbox: SimulatedInbox;
}

/** A job's coordinators and the wake rule: while the job is not over, a dead or stopped one is followed by another. */
export class SimulatedFleet {
  /** How the job ended, as each coordinator that saw the end says. */
  readonly outcomes: JobOutcome[] = [];
  /** What coordinators threw that they must not. */
  readonly crashes: unknown[] = [];
  readonly #world: World;
  readonly #ports: FleetPorts;
  readonly #job: SimulatedJob;
  readonly #fold: typeof transition | undefined;
  readonly #seed: number;
  #running: { readonly actor: Actor; readonly handOver: AbortController }[] = [];
  #started = 0;
  #wakeAt: number | undefined;

  constructor(world: World, seed: number, ports: FleetPorts, job: SimulatedJob, fold: typeof transition | undefined) {
    this.#world = world;
    this.#seed = seed;
    this.#ports = ports;
    this.#job = job;
    this.#fold = fold;
  }

  /** Submits the job, and watches over it from then on. */
  submit(): void {
    this.#start();
    this.#watch();
  }

  /** Starts a coordinator for a job that is over, as a wake that was delivered twice does. */
  wakeAgain(): void {
    this.#start();
  }

  get coordinators(): number {
    return this.#started;
  }

  #watch(): void {
    const { now, faults, random } = this.#world;
    this.#running = this.#running.filter(({ actor }) => actor.alive);
    if (this.outcomes.length > 0) return;
    if (this.#running.length === 0) {
      this.#wakeAt ??= now + random.between(0, 2_000);
      if (now >= this.#wakeAt) this.#start();
    } else {
      this.#wakeAt = undefined;
      if (faults.strike("coordinatorDoubled")) this.#start();
      const { actor, handOver } = random.pick(this.#running);
      if (faults.strike("coordinatorPaused")) this.#pause(actor);
      if (faults.strike("handedOver")) handOver.abort();
    }
    this.#world.after(WATCH_MS, () => this.#watch());
  }

  /** A coordinator stands still, and its place is given to another. */
  #pause(actor: Actor): void {
    const { now, random } = this.#world;
    actor.pausedUntil = now + random.between(100, LONGEST_PAUSE_MS);
    this.#world.log(`${actor.name} pauses until ${actor.pausedUntil}`);
    if (random.chance(0.7)) this.#start();
  }

  #start(): void {
    const { random } = this.#world;
    const number = ++this.#started;
    const actor: Actor = { name: `coordinator-${number}`, alive: true, mortality: "coordinatorDied", pausedUntil: 0 };
    const handOver = new AbortController();
    const startedAt = this.#world.now;
    this.#running.push({ actor, handOver });
    this.#world.log(`${actor.name} starts`);
    const { spec, options } = this.#job;
    const { store, queue, inbox } = this.#ports;
    runJob({
      spec,
      options,
      ports: {
        store: store.seenBy(actor),
        queue: queue.seenBy(actor),
        inbox: inbox.seenBy(actor),
        clock: simulatedClock(this.#world, actor, random.between(-500, 500)),
        random: new SeededRandom(this.#seed, 100 + number),
      },
      message: (stage, partition, attempt, memory, blocks) => ({
        job: spec.job,
        id: `${stage}.${partition}.${attempt}`,
        stage,
        partition,
        attempt,
        program: programKey(this.#job, stage),
        prefix: spec.prefix,
        splits: {},
        blocks,
        memory,
      }),
      receivers: random.between(1, 3),
      handOver: handOver.signal,
      usage: () => runtimeUsage(COORDINATOR_MEMORY, 0, this.#world.now - startedAt),
      ...(this.#fold ? { fold: this.#fold } : {}),
    }).then(
      (outcome) => {
        this.#world.log(`${actor.name} ends: ${outcome.kind} ${outcome.kind === "failed" ? outcome.error.message : ""}`);
        if (outcome.kind !== "handedOver") this.outcomes.push(outcome);
        actor.alive = false;
      },
      (thrown: unknown) => {
        const error = asFirecrestError(thrown);
        this.#world.log(`${actor.name} stops: ${error.message}`);
        if (error.class === "terminal" && error.condition !== "JOB_TAKEN_OVER") this.crashes.push(thrown);
        actor.alive = false;
      },
    );
  }
}

export const programKey = ({ spec }: SimulatedJob, stage: number): string => `${spec.prefix}/programs/${stage}`;
