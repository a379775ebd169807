import { LambdaClient } from "@aws-sdk/client-lambda";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Clients of the services behind the fabric. Region, credentials and endpoint come from the environment, as the SDK has it. */

/** Tries of one request; the SDK waits between them at random, at most 20 s. */
const SQS_TRIES = 4;
const CONNECT_MS = 3_000;
/** Longer than a long poll, which SQS answers after 20 s. */
const ANSWER_MS = 30_000;
/** More calls at once wait for a connection. */
const MOST_CONNECTIONS = 64;

/** Queues are found by the client's endpoint, not by the host in their URL, which an emulator's clients may not know. */
export const openSqs = (): SQSClient =>
  new SQSClient({ maxAttempts: SQS_TRIES, useQueueUrlAsEndpoint: false, requestHandler: connections() });

/** A direct invocation is tried once: the queue takes what was not accepted. */
export const openLambda = (): LambdaClient => new LambdaClient({ maxAttempts: 1, requestHandler: connections() });

const connections = () => {
  const agent = { keepAlive: true, maxSockets: MOST_CONNECTIONS };
  return { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, httpAgent: agent, httpsAgent: agent };
};
