import { LambdaClient } from "@aws-sdk/client-lambda";
import { SQSClient } from "@aws-sdk/client-sqs";
import { systemClock, systemRandom } from "../system-clock.ts";
import type { Environs } from "./aws-settings.ts";
import type { FlightLimits } from "./in-flight.ts";
import { openS3Client } from "./s3-client.ts";
import type { S3StoreOptions } from "./s3-store.ts";

/** Clients of the services behind the fabric. Region, credentials and endpoint come from the environment, as the SDK has it. */

/** Tries of one request; the SDK waits between them at random, at most 20 s. */
const SQS_TRIES = 4;
const CONNECT_MS = 3_000;
/** A request without an answer in this time is given up, and sent again. Long polls say for themselves how long they take. */
const ANSWER_MS = 5_000;
/** More calls at once wait for a connection. */
const MOST_CONNECTIONS = 64;

/** Queues are found by the client's endpoint, not by the host in their URL, which an emulator's clients may not know. */
export const openSqs = (): SQSClient =>
  new SQSClient({ maxAttempts: SQS_TRIES, useQueueUrlAsEndpoint: false, requestHandler: connections() });

/** A direct invocation is tried once: the queue takes what was not accepted. */
export const openLambda = (): LambdaClient => new LambdaClient({ maxAttempts: 1, requestHandler: connections() });

const connections = () => {
  const agent = { keepAlive: true, maxSockets: MOST_CONNECTIONS };
  return {
    connectionTimeout: CONNECT_MS,
    requestTimeout: ANSWER_MS,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  };
};

/** What an S3Store is made of. AWS_ENDPOINT_URL, where it is set, is an emulator's. */
export const s3Options = ({ AWS_ENDPOINT_URL: endpoint }: Environs, limits?: FlightLimits): S3StoreOptions => ({
  client: openS3Client({ endpoint }),
  clock: systemClock,
  random: systemRandom,
  ...(limits ? { limits } : {}),
});
