import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { openSqs, s3Options } from "../../lib/backends/aws/aws-clients.ts";
import { deadLetterSettings } from "../../lib/backends/aws/aws-settings.ts";
import { type DeadLetter, readDeadLetter } from "../../lib/backends/aws/dead-letter.ts";
import { functionLog } from "../../lib/backends/aws/function-log.ts";
import { lostAttempt } from "../../lib/backends/aws/lost-attempt.ts";
import { QueueUrls } from "../../lib/backends/aws/queue-urls.ts";
import { S3Store } from "../../lib/backends/aws/s3-store.ts";
import { InboxSender } from "../../lib/backends/aws/sqs-inbox-sender.ts";
import { systemClock } from "../../lib/backends/system-clock.ts";
import { abandonJob } from "../../lib/service/abandon.ts";

const { root, inboxPrefix } = deadLetterSettings(process.env);
const sqs = openSqs();
const inbox = new InboxSender(sqs, inboxPrefix, new QueueUrls(sqs));
const store = new S3Store(s3Options(process.env));

/** Tells of attempts and jobs that nobody could bring to an end. Messages that fail here stay in their queue. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const failures = await Promise.all(Records.map(async (record) => ((await settle(record)) ? [] : [{ itemIdentifier: record.messageId }])));
  return { batchItemFailures: failures.flat() };
}

/** false where it has to come again. */
async function settle({ body }: SQSRecord): Promise<boolean> {
  const letter = read(body);
  if (!letter) return true;
  const job = letter.kind === "task" ? letter.message.job : letter.job;
  const log = functionLog(job, "dead letters");
  log("warn", letter.kind === "task" ? `attempt ${letter.message.id} was lost: ${letter.reason}` : `the job is given up: ${letter.reason}`);
  try {
    if (letter.kind === "wake") await abandonJob(root, job, letter.reason, { store, clock: systemClock });
    else await inbox.send(job, { kind: "task", report: lostAttempt(letter.message, letter.reason, letter.cause) });
    return true;
  } catch (thrown) {
    log("error", String(thrown));
    return false;
  }
}

function read(body: string): DeadLetter | undefined {
  try {
    return readDeadLetter(body, root);
  } catch (thrown) {
    // Nobody could do anything with it, here or later.
    functionLog("", "dead letters")("error", `a message is dropped: ${String(thrown)}`);
    return undefined;
  }
}
