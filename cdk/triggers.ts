import { Duration } from "aws-cdk-lib";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { DeployedFunction } from "./functions.ts";

/** Longest that a task invoked without the queue waits for a free worker: then the scheduler hears of it, and sends it by the queue. */
const LONGEST_WAIT = Duration.minutes(5);

/** Gives a queue's messages to a function, one a call, so that a lost call costs one message. `most`: calls at once, 2 or more. */
export function trigger({ fn }: DeployedFunction, queue: IQueue, most: number): void {
  fn.addEventSource(new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: most }));
}

/** What becomes of a direct call that fails or waits too long: no second try behind the scheduler's back, but a message that it was given up. */
export function giveUpTo({ fn }: DeployedFunction, dead: IQueue): void {
  fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: LONGEST_WAIT, onFailure: new SqsDestination(dead) });
}
