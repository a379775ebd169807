import { queueRequestsOf } from "../../../engine/cost/usage.ts";
import type { Inbox, InboxMessage, Received } from "../../../engine/ports/fabric.ts";
import { sqs } from "../aws-limits.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { World } from "../world.ts";
import { sample } from "./latency.ts";

/** The job's inbox as SQS carries it: text, ten messages a call and 1 MiB together, some milliseconds each way. */
export class CloudInbox implements Inbox {
  readonly counts = { messages: 0, requests: 0, bytes: 0, largest: 0 };
  readonly #world: World;
  readonly #random: SeededRandom;
  /** Messages that a receive would find, from `#head` on. */
  #ready: string[] = [];
  #head = 0;
  /** Receives that wait for a message; each says whether it still did. */
  readonly #waiting: (() => boolean)[] = [];

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  /** Sends a message as a worker does. Throws where SQS would not take it. */
  send(message: InboxMessage): void {
    const text = JSON.stringify(message);
    if (text.length > sqs.messageBytes) throw new RangeError(`a report of ${text.length} bytes is more than SQS takes`);
    this.counts.messages++;
    this.counts.requests += queueRequestsOf(text.length);
    this.counts.bytes += text.length;
    this.counts.largest = Math.max(this.counts.largest, text.length);
    this.#world.after(sample(this.#random, sqs.callMs) + sqs.deliveryMs, () => {
      this.#ready.push(text);
      while (this.#waiting.length > 0 && !this.#waiting.shift()!());
    });
  }

  /** Goes on waiting when it is aborted: with its job the simulation ends. */
  async receive(max: number, waitMs: number): Promise<readonly Received[]> {
    if (this.#head === this.#ready.length) await this.#arrival(waitMs);
    await new Promise<void>((resolve) => this.#world.after(sample(this.#random, sqs.callMs), resolve));
    const texts = this.#take(Math.min(max, sqs.batchMessages));
    this.counts.requests += texts.reduce((sum, text) => sum + queueRequestsOf(text.length), texts.length === 0 ? 1 : 0);
    return texts.map((text) => ({ receipt: "", message: JSON.parse(text) as InboxMessage }));
  }

  async delete(receipts: readonly string[]): Promise<void> {
    this.counts.requests += Math.ceil(receipts.length / sqs.batchMessages);
  }

  #take(max: number): string[] {
    let bytes = 0;
    let end = this.#head;
    while (end < this.#ready.length && end - this.#head < max) {
      bytes += this.#ready[end]!.length;
      if (bytes > sqs.messageBytes && end > this.#head) break;
      end++;
    }
    const taken = this.#ready.slice(this.#head, end);
    this.#head = end;
    if (this.#head === this.#ready.length) {
      this.#ready = [];
      this.#head = 0;
    }
    return taken;
  }

  #arrival(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      let over = false;
      const wake = () => {
        const waited = !over;
        over = true;
        resolve();
        return waited;
      };
      this.#waiting.push(wake);
      this.#world.after(waitMs, wake);
    });
  }
}
