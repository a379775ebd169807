import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Alarms } from "./alarms.ts";
import { deployApi } from "./api.ts";
import type { Auth } from "./auth.ts";
import { Budget } from "./budget.ts";
import { deployCoordinator } from "./coordinator.ts";
import { Overview } from "./dashboard.ts";
import { parseDataPrefix } from "./data-prefix.ts";
import { deployDeadLetters } from "./dead-letters.ts";
import { connectDriver, deployDriver } from "./driver.ts";
import { partFleet } from "./fleet.ts";
import { type FunctionArchitecture, Functions, LONGEST_TIMEOUT, thisArchitecture } from "./functions.ts";
import { logRetention } from "./log-retention.ts";
import type { DataFolder } from "./permissions.ts";
import { Queues } from "./queues.ts";
import type { Site } from "./site.ts";
import { Storage } from "./storage.ts";
import { deployTasks } from "./task.ts";

export interface FirecrestStackProps extends StackProps {
  /** The folder that scripts/bundle-functions.mjs wrote: functions/ and layer-<architecture>/. */
  readonly bundles: string;
  /** Most tasks at once, of all jobs and memory tiers together; reserved of the account's concurrency. 100. */
  readonly fleetLimit?: number;
  /** Memory of task functions in MiB, 128 to 10,240; a task that runs out of memory goes on in the next tier. 1,769 MiB are one CPU. */
  readonly memoryTiersMiB?: readonly number[];
  /** Of the functions. That of this machine. */
  readonly architecture?: FunctionArchitecture;
  /** Seconds that one attempt at a task may take, 30 to 900; one that takes longer is tried again. 900. */
  readonly taskTimeoutSeconds?: number;
  /** Days that jobs, their results and their logs stay. 30. */
  readonly retentionDays?: number;
  /** Who may call the API. `{ kind: "iam" }`: whom IAM lets call the function's URL. */
  readonly auth?: Auth;
  /** Name of a bucket to use instead of a new one. It is used as it is. */
  readonly existingBucket?: string;
  /** What jobs may read beside `data/` in the data bucket: `s3://bucket/folder`. */
  readonly readPrefixes?: readonly string[];
  /** What jobs may write beside `data/` in the data bucket. What is to be read as well stands in both. */
  readonly writePrefixes?: readonly string[];
  /** Dollars a month of the account of which `alarmEmail` is told. No budget where absent. */
  readonly monthlyBudgetDollars?: number;
  /** Who is told of dead letters and of the budget. The alarms are there without, too. */
  readonly alarmEmail?: string;
  /** Seconds between two signs of life of a function that holds a message, 1 to 60; after three without one, another takes over. 10. */
  readonly heartbeatSeconds?: number;
  /** Deletes the data bucket with the stack; it must be empty by then. false. */
  readonly destroyData?: boolean;
}

/** What inbox queues' names add to the stack's name: `-inbox-` and a job's id. SQS takes 80 characters. */
const LONGEST_STACK_NAME = 80 - "-inbox-".length - 26;

/** Firecrest on AWS: a bucket, queues, functions, and what watches them. */
export class FirecrestStack extends Stack {
  constructor(scope: Construct, id: string, props: FirecrestStackProps) {
    super(scope, id, props);
    const {
      fleetLimit = 100,
      memoryTiersMiB = [1769, 3538, 7076, 10_240],
      taskTimeoutSeconds = LONGEST_TIMEOUT.toSeconds(),
      auth = { kind: "iam" },
      alarmEmail,
      monthlyBudgetDollars,
    } = props;
    if (this.stackName.length > LONGEST_STACK_NAME)
      throw new Error(`the stack's name ${this.stackName} is longer than ${LONGEST_STACK_NAME}: it is part of queues' names`);

    const queues = new Queues(this, "Queues", partFleet(fleetLimit, memoryTiersMiB));
    const site = this.#site(props, queues);
    const tasks = deployTasks(site, taskTimeoutSeconds);
    const coordinator = deployCoordinator(site, tasks, fleetLimit);
    const deadLetters = deployDeadLetters(site);
    const driver = deployDriver(site);
    const api = deployApi(site, tasks, { fleetLimit, auth });
    connectDriver(driver, site, api);

    new Alarms(this, "Alarms", { queues, deadLetters: deadLetters.fn, ...(alarmEmail ? { email: alarmEmail } : {}) });
    new Overview(this, "Overview", { queues, tasks, coordinator: coordinator.fn, driver: driver.fn, api: api.fn });
    if (monthlyBudgetDollars !== undefined) {
      if (!alarmEmail) throw new Error("monthlyBudgetDollars needs alarmEmail: a budget that tells nobody is none");
      new Budget(this, "Budget", { monthlyDollars: monthlyBudgetDollars, email: alarmEmail });
    }
    new CfnOutput(this, "ApiUrl", { value: api.url.url, description: "FIRECREST_URL of the command line" });
    new CfnOutput(this, "DataBucket", { value: site.reach.bucket.bucketName, description: "jobs read and write below data/ in it" });
  }

  #site(props: FirecrestStackProps, queues: Queues): Site {
    const {
      bundles,
      existingBucket,
      readPrefixes = [],
      writePrefixes = [],
      retentionDays = 30,
      destroyData = false,
      heartbeatSeconds = 10,
    } = props;
    const { bucket } = new Storage(this, "Storage", { retentionDays, destroyData, ...(existingBucket ? { existingBucket } : {}) });
    // Data, and rows that engines behind the API keep for their jobs.
    const own = ["data", "scratch"].map((prefix): DataFolder => ({ bucketArn: bucket.bucketArn, prefix }));
    const named = (text: string): DataFolder => {
      const { bucket: name, prefix } = parseDataPrefix(text, existingBucket);
      return { bucketArn: `arn:${this.partition}:s3:::${name}`, prefix };
    };
    const inboxPrefix = `${this.stackName}-inbox-`;
    return {
      functions: new Functions(this, "Functions", {
        bundles,
        architecture: props.architecture ?? thisArchitecture,
        logRetention: logRetention(retentionDays),
      }),
      queues,
      reach: {
        bucket,
        readPrefixes: [...own, ...readPrefixes.map(named)],
        writePrefixes: [...own, ...writePrefixes.map(named)],
        inboxes: this.formatArn({ service: "sqs", resource: `${inboxPrefix}*` }),
      },
      environment: {
        FIRECREST_ROOT: `s3://${bucket.bucketName}`,
        FIRECREST_INBOX_PREFIX: inboxPrefix,
        FIRECREST_HEARTBEAT_SECONDS: String(heartbeatSeconds),
      },
    };
  }
}
