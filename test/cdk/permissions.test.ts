import { afterAll, describe, expect, test } from "vitest";
import { asText } from "./intrinsics.ts";
import { may, policyTable, statementsOf } from "./policies.ts";
import { emptyBundles, synthesize } from "./synth.ts";

const bundles = emptyBundles();
afterAll(bundles.remove);

const template = synthesize(bundles.folder, {
  memoryTiersMiB: [1769, 3538],
  readPrefixes: ["s3://lake/sales", "s3://weather"],
  writePrefixes: ["s3://lake/reports/"],
});
const statements = statementsOf(template);
const roles = ["Api", "Coordinator", "DeadLetters", "Driver", "Program", "Task1769", "Task3538"];
const object = (key: string) => `<StorageBucket.Arn>/${key}`;
const whoMay = (action: string, resource: string) => roles.filter((role) => may(statements, role, action, resource));
const job = "jobs/01jd5w8z7k0123456789abcdef";

test("permissions are as reviewed", async () => {
  await expect(policyTable(statements)).toMatchFileSnapshot("permissions.txt");
});

test("every role is among those that the other tests speak of", () => {
  expect([...new Set(statements.map(({ role }) => role))].toSorted()).toEqual(roles);
  expect(Object.keys(template.findResources("AWS::IAM::Role"))).toHaveLength(roles.length);
});

test("nobody is allowed all actions of a service, or an action on everything", () => {
  const allowed = statements.filter(({ effect }) => effect === "Allow");
  expect(allowed.filter(({ actions }) => actions.some((action) => action.includes("*")))).toEqual([]);
  expect(allowed.filter(({ resources }) => resources.some((resource) => /^(\*|arn:[^/]*:\*|arn:aws:s3:::\*.*)$/.test(resource)))).toEqual(
    [],
  );
});

test("no role has a managed policy", () => {
  const managed = Object.values(template.findResources("AWS::IAM::Role")).filter(({ Properties }) => Properties.ManagedPolicyArns);
  expect(managed).toEqual([]);
});

describe("users' code runs in tasks and, below drivers, in programs", () => {
  test.each(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"])("neither may %s a journal", (action) => {
    const journal = object(`${job}/work/journal/00000001.json`);
    expect(whoMay(action, journal).filter((role) => /^(Task|Driver|Program)/.test(role))).toEqual([]);
  });

  test("a task is denied the journal even where a name would match what it may read", () => {
    expect(may(statements, "Task1769", "s3:GetObject", object(`${job}/work/journal/work/tasks/1.json`))).toBe(false);
  });

  test.each(["submission.json", "manifest.json", "status.json", "outcome.json", "cancel.json"])(
    "neither may read or write a job's %s",
    (name) => {
      const keys = ["s3:GetObject", "s3:PutObject"].flatMap((action) => whoMay(action, object(`${job}/${name}`)));
      expect(keys.filter((role) => /^(Task|Driver|Program)/.test(role))).toEqual([]);
    },
  );

  test("only drivers and the API reach drivers' objects", () => {
    expect(whoMay("s3:GetObject", object("drivers/x/bundle.mjs"))).toEqual(["Api", "Driver"]);
    expect(whoMay("s3:PutObject", object("drivers/x/log.txt"))).toEqual(["Api", "Driver"]);
  });

  test("a driver reaches no data but by the API", () => {
    expect(may(statements, "Driver", "s3:GetObject", object("data/a.parquet"))).toBe(false);
    expect(may(statements, "Driver", "s3:GetObject", "arn:<AWS::Partition>:s3:::lake/sales/a.parquet")).toBe(false);
    expect(whoMay("lambda:InvokeFunctionUrl", "<FunctionsApiFunction.Arn>")).toEqual(["Driver", "Program"]);
  });

  test("a program may call the API by its address, and nothing else", () => {
    const calls = statements.filter(({ role }) => role === "Program").map(({ effect, actions, resources }) => [effect, actions, resources]);
    expect(calls).toEqual([
      ["Allow", ["lambda:InvokeFunctionUrl"], ["<FunctionsApiFunction.Arn>"]],
      ["Allow", ["lambda:InvokeFunction"], ["<FunctionsApiFunction.Arn>"]],
    ]);
    const [byName] = statements.filter(({ role, actions }) => role === "Program" && actions.includes("lambda:InvokeFunction"));
    expect(byName?.condition).toBe('{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}');
  });

  test("the driver alone takes the role of its programs", () => {
    expect(whoMay("sts:AssumeRole", "<FunctionsProgramRole.Arn>")).toEqual(["Driver"]);
    const [trusted] = Object.entries(template.findResources("AWS::IAM::Role")).filter(([id]) => id.startsWith("FunctionsProgramRole"));
    const [statement, ...others] = trusted![1].Properties.AssumeRolePolicyDocument.Statement;
    expect([statement.Effect, statement.Action, asText(statement.Principal.AWS), others]).toEqual([
      "Allow",
      "sts:AssumeRole",
      "<FunctionsDriverRole.Arn>",
      [],
    ]);
  });

  test("neither may delete an object, call a function by its name, make a queue or wake a job", () => {
    const users = (action: string, resource: string) => whoMay(action, resource).filter((role) => /^(Task|Driver)/.test(role));
    expect(users("s3:DeleteObject", object("data/a.parquet"))).toEqual([]);
    expect(users("lambda:InvokeFunction", "<FunctionsTask1769Function.Arn>")).toEqual([]);
    expect(users("sqs:CreateQueue", "arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:Firecrest-inbox-x")).toEqual([]);
    expect(users("sqs:SendMessage", "<QueuesWake.Arn>")).toEqual([]);
    expect(users("sqs:SendMessage", "<QueuesTasks1769.Arn>")).toEqual([]);
  });

  test("a task takes messages from its own tier's queue only", () => {
    expect(whoMay("sqs:ReceiveMessage", "<QueuesTasks1769.Arn>")).toEqual(["Task1769"]);
    expect(whoMay("sqs:ReceiveMessage", "<QueuesTasks3538.Arn>")).toEqual(["Task3538"]);
  });
});

describe("data that the deployer names", () => {
  const at = (path: string) => `arn:<AWS::Partition>:s3:::${path}`;
  const jobs = ["Coordinator", "Task1769", "Task3538"];

  test("is read below the folder, and as the one object of that name", () => {
    expect(whoMay("s3:GetObject", at("lake/sales/2026/a.parquet"))).toEqual(["Api", ...jobs]);
    expect(whoMay("s3:GetObject", at("lake/sales"))).toEqual(["Api", ...jobs]);
    expect(whoMay("s3:GetObject", at("weather/any/object"))).toEqual(["Api", ...jobs]);
  });

  test("does not reach to neighbours of the folder", () => {
    expect(whoMay("s3:GetObject", at("lake/sales-secret/a.parquet"))).toEqual([]);
    expect(whoMay("s3:GetObject", at("lake/hr/a.parquet"))).toEqual([]);
  });

  test("is written below the folder, and deleted by coordinators only", () => {
    expect(whoMay("s3:PutObject", at("lake/reports/a.parquet"))).toEqual(jobs);
    expect(whoMay("s3:DeleteObject", at("lake/reports/a.parquet"))).toEqual(["Coordinator"]);
    expect(whoMay("s3:PutObject", at("lake/sales/a.parquet"))).toEqual([]);
  });

  test("is data/ of the own bucket in any case", () => {
    expect(whoMay("s3:GetObject", object("data/a.parquet"))).toContain("Task1769");
    expect(whoMay("s3:PutObject", object("data/a.parquet"))).toContain("Task1769");
  });
});

test("only coordinators write journals, and the API reads them", () => {
  expect(whoMay("s3:PutObject", object(`${job}/work/journal/00000001.json`))).toEqual(["Coordinator"]);
  expect(whoMay("s3:GetObject", object(`${job}/work/journal/00000001.json`))).toEqual(["Api", "Coordinator"]);
});
