import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Tier } from "./fleet.ts";

/** AWS asks for at least the function's time limit. Functions shorten it, message by message, to three heartbeats, so a lost one is found within seconds. */
const VISIBILITY = Duration.minutes(15);
/** Six times the dead-letters function's time limit, as AWS advises: a report that failed is tried again after it. */
const DEAD_LETTER_VISIBILITY = Duration.minutes(6);
const RETENTION = Duration.days(4);
/** The most there is: time to mend whatever keeps the dead-letters function from working. */
const DEAD_LETTER_RETENTION = Duration.days(14);

/** Deliveries until a message is given up. A task's next attempt is the scheduler's choice. */
const TASK_DELIVERIES = 3;
/** Coordinators and drivers may be lost often in a long job, and each goes on where the last one stopped. */
const SUPERVISOR_DELIVERIES = 20;

/** A tier of the fleet and the queue of its tasks. */
export interface TierQueue extends Tier {
  readonly queue: Queue;
}

/** All queues but the inboxes, which coordinators make a job at a time. */
export class Queues extends Construct {
  /** FIFO by job: one coordinator at a time. */
  readonly wake: Queue;
  /** FIFO by job: one driver at a time. */
  readonly driver: Queue;
  readonly tasks: readonly TierQueue[];
  readonly deadWakes: Queue;
  readonly deadDrivers: Queue;
  readonly deadTasks: Queue;

  constructor(scope: Construct, id: string, tiers: readonly Tier[]) {
    super(scope, id);
    const encrypted = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    const dead = (name: string, fifo: boolean) =>
      new Queue(this, name, {
        ...encrypted,
        ...(fifo ? { fifo } : {}),
        retentionPeriod: DEAD_LETTER_RETENTION,
        visibilityTimeout: DEAD_LETTER_VISIBILITY,
      });
    const live = (name: string, fifo: boolean, queue: Queue, maxReceiveCount: number) =>
      new Queue(this, name, {
        ...encrypted,
        ...(fifo ? { fifo } : {}),
        retentionPeriod: RETENTION,
        visibilityTimeout: VISIBILITY,
        deadLetterQueue: { queue, maxReceiveCount },
      });

    this.deadWakes = dead("DeadWakes", true);
    this.deadDrivers = dead("DeadDrivers", true);
    this.deadTasks = dead("DeadTasks", false);
    this.wake = live("Wake", true, this.deadWakes, SUPERVISOR_DELIVERIES);
    this.driver = live("Driver", true, this.deadDrivers, SUPERVISOR_DELIVERIES);
    this.tasks = tiers.map((tier) => ({ ...tier, queue: live(`Tasks${tier.memoryMiB}`, false, this.deadTasks, TASK_DELIVERIES) }));
  }

  get dead(): readonly Queue[] {
    return [this.deadWakes, this.deadDrivers, this.deadTasks];
  }
}
