import { RetryableError } from "../../engine/errors.ts";
import type { TaskQueue } from "../../engine/ports/fabric.ts";
import type { TaskMessage } from "../../engine/task/message.ts";
import type { Actor, CallFaults, World } from "./world.ts";

/** The bound on a message, in characters. */
const MAX_MESSAGE = 1024 * 1024;

/** Carries attempts to workers, or does not. */
export class SimulatedQueue {
  /** The attempts that coordinators tried to send, by task (`stage.partition`): what a budget may have been spent on. */
  readonly attempts = new Map<string, Set<number>>();
  readonly cancelled = new Set<string>();
  sent = 0;
  readonly #world: World;
  readonly #startWorker: (message: TaskMessage) => void;

  constructor(world: World, startWorker: (message: TaskMessage) => void) {
    this.#world = world;
    this.#startWorker = startWorker;
  }

  /** The queue as one coordinator calls it. */
  seenBy(actor: Actor): TaskQueue {
    return {
      send: (messages) => {
        for (const { stage, partition, attempt } of messages) this.#note(`${stage}.${partition}`, attempt);
        const what = `send ${messages.map(({ id }) => id).join(" ")}`;
        return this.#world.call(actor, what, queueFaults, () => {
          if (this.#world.faults.strike("queueThrottled")) throw new RetryableError("THROTTLED", { detail: "simulated" });
          for (const message of messages) this.#take(message);
        });
      },
      cancel: (_, attempts) =>
        this.#world.call(actor, `cancel ${attempts.join(" ")}`, queueFaults, () => {
          for (const attempt of attempts) this.cancelled.add(attempt);
        }),
    };
  }

  #note(task: string, attempt: number): void {
    this.attempts.set(task, (this.attempts.get(task) ?? new Set()).add(attempt));
  }

  #take(message: TaskMessage): void {
    const { faults, random } = this.#world;
    const text = JSON.stringify(message);
    if (text.length > MAX_MESSAGE) throw new Error(`the message of attempt ${message.id} has ${text.length} characters`);
    this.sent++;
    if (faults.strike("taskDropped")) return;
    const copies = faults.strike("taskDuplicated") ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const delay = faults.strike("taskDelayed") ? random.between(500, 15_000) : random.between(1, 20);
      this.#world.after(delay, () => this.#startWorker(JSON.parse(text) as TaskMessage));
    }
  }
}

const queueFaults: CallFaults = {
  unavailable: "queueUnavailable",
  lostAnswer: "queueAnswerLost",
  error: (what) => new RetryableError("STORE_UNAVAILABLE", { key: what, detail: "simulated" }),
};
