import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { afterAll, expect, test } from "vitest";
import { FirecrestStack, type FirecrestStackProps } from "../../cdk/firecrest-stack.ts";
import { emptyBundles } from "./synth.ts";

const bundles = emptyBundles();
afterAll(bundles.remove);

/** What cdk-nag's AwsSolutions pack finds and the stack keeps, with the reason. Findings are spelt without the hash of the bucket's id. */
const exceptions: Readonly<Record<string, string>> = {
  "AwsSolutions-S1":
    "Access logs would need a second bucket and cost a write for each request; CloudTrail's data events tell more where somebody wants them.",
  // IAM5 asks for evidence of each pattern. None stands for more than one folder or one kind of queue.
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/jobs/*]":
    "The coordinator and the API serve all jobs. The API is denied changes below work/.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/jobs/*/work/programs/*]":
    "Tasks read the programs of any job; a job's name is known only when it is submitted.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/jobs/*/work/tasks/*]":
    "Tasks exchange shuffle blocks, which are named by job, stage, partition and attempt.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/jobs/*/work/cancelled.json]": "One object of that name a job.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/jobs/*/status.json]": "One object of that name a job.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/jobs/*/outcome.json]": "One object of that name a job.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/drivers/*]":
    "The driver runs the programs of all callers; IAM knows no narrower name than the folder of all.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/index/*]": "One empty object a job.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/idempotency/*]": "One object an idempotency key.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/uploads/*]": "One object an upload.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/data/*]": "What jobs read and write: any object below the folder.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/data/warehouse/*]":
    "The API keeps the catalog, and removes the files of tables that are dropped.",
  "AwsSolutions-IAM5[Resource::<StorageBucket.Arn>/scratch/*]":
    "Rows of clients, one folder an engine; the API names, signs and removes them.",
  "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::lake/sales/*]": "The deployer named it as data to read.",
  "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::lake/reports/*]": "The deployer named it as data to write.",
  "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:Firecrest-inbox-*]":
    "A job's inbox is made when the job starts; its name begins with the stack's.",
};

function findings(props: Omit<FirecrestStackProps, "bundles">): readonly string[] {
  const app = new App({ outdir: join(bundles.folder, "cdk.out"), analyticsReporting: false });
  const stack = new FirecrestStack(app, "Firecrest", { ...props, bundles: bundles.folder });
  const { violations } = new AwsSolutionsChecks(app).validateScope(stack);
  return [...new Set(violations.map(({ ruleName }) => ruleName.replace(/(<StorageBucket)[0-9A-F]{8}/, "$1")))];
}

test("cdk-nag finds what is explained, and nothing else", () => {
  const found = findings({
    alarmEmail: "ops@example.org",
    monthlyBudgetDollars: 50,
    readPrefixes: ["s3://lake/sales"],
    writePrefixes: ["s3://lake/reports"],
  });
  expect(found.toSorted()).toEqual(Object.keys(exceptions).toSorted());
});

test("bearer authentication and an existing bucket add nothing to find", () => {
  const found = findings({ auth: { kind: "bearer", tokenHashes: ["a".repeat(64)] }, existingBucket: "lake" });
  expect(
    found.map((rule) => rule.replace("arn:<AWS::Partition>:s3:::lake", "<StorageBucket.Arn>")).filter((rule) => !(rule in exceptions)),
  ).toEqual([]);
});
