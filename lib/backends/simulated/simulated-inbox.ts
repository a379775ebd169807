import { RetryableError } from "../../engine/errors.ts";
import type { Inbox, InboxMessage, Received } from "../../engine/ports/fabric.ts";
import type { Actor, CallFaults, World } from "./world.ts";

/** How long a received message stays hidden, in ms, before it is given out again. */
const VISIBILITY_MS = 2_000;

interface Entry {
  readonly text: string;
  visibleAt: number;
}

/** A job's inbox: at least once, in any order, to whichever coordinator asks. */
export class SimulatedInbox {
  readonly #world: World;
  readonly #entries = new Map<string, Entry>();
  #waiting: (() => void)[] = [];
  #receipts = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Sends a message as a worker or a client does. */
  send(actor: Actor, what: string, message: InboxMessage): Promise<void> {
    const text = JSON.stringify(message);
    return this.#world.call(actor, what, inboxFaults, () => {
      const { faults, random } = this.#world;
      const copies = faults.strike("reportDuplicated") ? random.between(2, 3) : 1;
      for (let i = 0; i < copies; i++) {
        const delay = faults.strike("reportDelayed") ? random.between(100, 6_000) : random.between(0, 3);
        this.#world.after(delay, () => this.#add(text));
      }
    });
  }

  /** The inbox as one coordinator calls it. */
  seenBy(actor: Actor): Inbox {
    return {
      receive: (max, waitMs, signal) => this.#receive(actor, max, waitMs, signal),
      delete: (receipts) =>
        this.#world.call(actor, `delete ${receipts.length} messages`, inboxFaults, () => {
          for (const receipt of receipts) this.#entries.delete(receipt);
        }),
    };
  }

  #add(text: string): void {
    this.#entries.set(`r${++this.#receipts}`, { text, visibleAt: this.#world.now });
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const look of waiting) look();
  }

  async #receive(actor: Actor, max: number, waitMs: number, signal: AbortSignal | undefined): Promise<readonly Received[]> {
    const until = this.#world.now + waitMs;
    await this.#messageOrTimeout(actor, until, signal);
    return this.#world.call(actor, "receive", inboxFaults, () => this.#takeVisible(Math.min(max, this.#world.random.between(1, 10))));
  }

  #messageOrTimeout(actor: Actor, until: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      let over = false;
      const look = () => {
        if (over || !actor.alive) return;
        if (signal?.aborted || this.#world.now >= until || this.#hasVisible()) {
          over = true;
          resolve();
        } else this.#waiting.push(look);
      };
      look();
      if (!over) this.#world.after(until - this.#world.now, look);
    });
  }

  #hasVisible(): boolean {
    for (const entry of this.#entries.values()) if (entry.visibleAt <= this.#world.now) return true;
    return false;
  }

  #takeVisible(max: number): Received[] {
    const { now, random } = this.#world;
    const taken: Received[] = [];
    for (const [receipt, entry] of this.#entries) {
      if (taken.length >= max) break;
      if (entry.visibleAt > now) continue;
      entry.visibleAt = now + VISIBILITY_MS;
      this.#world.after(VISIBILITY_MS, () => this.#wake());
      taken.splice(random.between(0, taken.length), 0, { receipt, message: JSON.parse(entry.text) as InboxMessage });
    }
    return taken;
  }
}

const inboxFaults: CallFaults = {
  unavailable: "inboxUnavailable",
  error: (what) => new RetryableError("STORE_UNAVAILABLE", { key: what, detail: "simulated" }),
};
