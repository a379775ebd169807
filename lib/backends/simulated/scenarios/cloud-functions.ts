import type { TaskQueue } from "../../../engine/ports/fabric.ts";
import type { TaskMessage } from "../../../engine/task/message.ts";
import { lambda } from "../aws-limits.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { World } from "../world.ts";
import { sample } from "./latency.ts";

/** An execution environment: warm after its first task, with a network budget of its own. */
export interface CloudWorker {
  readonly name: string;
  /** Bytes at the high rate that are left, and when that was so. */
  burst: number;
  burstAt: number;
  /** Stages whose program it has. */
  readonly programs: Set<number>;
}

export interface FleetOptions {
  /** Environments at once that the account allows. */
  readonly limit: number;
  /** Whether environments are there before the job begins. */
  readonly warm: boolean;
  readonly memory: number;
  /** Whether messages go through a queue's trigger, instead of invoking functions directly. */
  readonly queued?: boolean;
}

/** The task function: invocations queue until an environment is free or may be added; each is billed from its (cold) start to its end. */
export class CloudFunctions implements TaskQueue {
  readonly counts = { invocations: 0, invoked: 0, coldStarts: 0, peak: 0, gbSeconds: 0, largestMessage: 0 };
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #options: FleetOptions;
  readonly #run: (message: TaskMessage, worker: CloudWorker) => Promise<void>;
  readonly #idle: CloudWorker[] = [];
  #waiting: TaskMessage[] = [];
  #environments = 0;
  #busy = 0;
  #later = false;

  /** `run` does a task's work and resolves when it has ended. */
  constructor(
    world: World,
    random: SeededRandom,
    options: FleetOptions,
    run: (message: TaskMessage, worker: CloudWorker) => Promise<void>,
  ) {
    this.#world = world;
    this.#random = random;
    this.#options = options;
    this.#run = run;
    if (options.warm) for (let i = 0; i < options.limit; i++) this.#idle.push(this.#newWorker());
  }

  /** Invokes, some calls at a time, as the direct lane does. */
  async send(messages: readonly TaskMessage[]): Promise<void> {
    const texts = messages.map((message) => JSON.stringify({ task: message }));
    for (const [i, text] of texts.entries()) {
      this.counts.largestMessage = Math.max(this.counts.largestMessage, text.length);
      const call = Math.floor(i / PARALLEL_INVOKES) + 1;
      this.#world.after(call * lambda.invokeMs + lambda.handOverMs, () => this.#arrive(messages[i]!));
    }
    await new Promise<void>((resolve) => this.#world.after(Math.ceil(texts.length / PARALLEL_INVOKES) * lambda.invokeMs, resolve));
  }

  async cancel(): Promise<void> {}

  #arrive(message: TaskMessage): void {
    this.counts.invoked++;
    this.#waiting.push(message);
    this.#start();
  }

  #start(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop();
      if (!worker && this.#environments >= this.#allowed()) {
        // Lambda tries what it has queued again when it may add environments.
        if (this.#environments < this.#options.limit) this.#startLater();
        return;
      }
      const message = this.#waiting.shift()!;
      void this.#invoke(message, worker);
    }
  }

  #startLater(): void {
    if (this.#later) return;
    this.#later = true;
    this.#world.after(lambda.growthMs / 10, () => {
      this.#later = false;
      this.#start();
    });
  }

  #allowed(): number {
    if (this.#options.queued) {
      const { start, perSecond } = lambda.trigger;
      return Math.min(this.#options.limit, start + Math.floor((this.#world.now / 1_000) * perSecond));
    }
    const grown = lambda.growth * (1 + Math.floor(this.#world.now / lambda.growthMs));
    return Math.min(this.#options.limit, grown);
  }

  async #invoke(message: TaskMessage, warm: CloudWorker | undefined): Promise<void> {
    const begin = this.#world.now;
    this.#busy++;
    this.counts.invocations++;
    this.counts.peak = Math.max(this.counts.peak, this.#busy);
    const worker = warm ?? this.#newWorker();
    if (!warm) {
      this.counts.coldStarts++;
      await new Promise<void>((resolve) => this.#world.after(sample(this.#random, lambda.coldStartMs), resolve));
    }
    await this.#run(message, worker);
    this.counts.gbSeconds += (this.#options.memory / 1024 ** 3) * (Math.ceil(this.#world.now - begin) / 1_000);
    this.#busy--;
    this.#idle.push(worker);
    this.#start();
  }

  #newWorker(): CloudWorker {
    const name = `worker-${++this.#environments}`;
    return { name, burst: lambda.network.burstBytes, burstAt: this.#world.now, programs: new Set() };
  }
}

/** aws/direct-lane.ts. */
const PARALLEL_INVOKES = 32;
