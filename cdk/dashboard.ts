import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { SERVICE_MEMORY_MIB } from "./functions.ts";
import type { Queues } from "./queues.ts";
import type { TaskTier } from "./task.ts";

export interface OverviewProps {
  readonly queues: Queues;
  readonly tasks: readonly TaskTier[];
  readonly coordinator: IFunction;
  readonly driver: IFunction;
  readonly api: IFunction;
}

const PERIOD = Duration.minutes(1);
const WIDTH = 12;

/** What a deployment does and what it costs, on one page. */
export class Overview extends Construct {
  constructor(scope: Construct, id: string, props: OverviewProps) {
    super(scope, id);
    const graph = (title: string, left: readonly IMetric[], unit: string) =>
      new GraphWidget({ title, left: [...left], leftYAxis: { label: unit, min: 0, showUnits: false }, width: WIDTH });
    new Dashboard(this, "Dashboard", {
      widgets: [
        [graph("Jobs", jobs(props), "in 1 minute"), graph("Tasks at once", props.tasks.map(atOnce), "functions")],
        [graph("Task time", props.tasks.flatMap(durations), "ms"), graph("Throttles and errors", refusals(props), "in 1 minute")],
        [
          graph("Oldest message", ages(props), "s"),
          graph(
            "Given up",
            props.queues.dead.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD })),
            "messages",
          ),
        ],
        [graph("Function memory", gigabyteSeconds(props), "GB-s in 1 minute"), graph("Requests", requests(props), "in 1 minute")],
      ],
    });
  }
}

const label = ({ tier }: TaskTier) => `${tier.memoryMiB} MiB`;
const sum = (label: string) => ({ label, period: PERIOD, statistic: "Sum" });

const jobs = ({ queues, coordinator, driver }: OverviewProps): readonly IMetric[] => [
  queues.wake.metricNumberOfMessagesSent(sum("wakes")),
  coordinator.metricInvocations(sum("coordinators started")),
  driver.metricInvocations(sum("programs started")),
];

const atOnce = (task: TaskTier): IMetric =>
  task.fn.metric("ConcurrentExecutions", { label: label(task), period: PERIOD, statistic: "Maximum" });

const durations = (task: TaskTier): readonly IMetric[] =>
  ["p50", "p99"].map((statistic) => task.fn.metricDuration({ label: `${label(task)} ${statistic}`, period: PERIOD, statistic }));

const refusals = ({ tasks, coordinator, api }: OverviewProps): readonly IMetric[] => [
  ...tasks.flatMap((task) => [
    task.fn.metricThrottles(sum(`${label(task)} throttled`)),
    task.fn.metricErrors(sum(`${label(task)} failed`)),
  ]),
  coordinator.metricErrors(sum("coordinators failed")),
  api.metricThrottles(sum("API throttled")),
  api.metricErrors(sum("API failed")),
];

const ages = ({ queues, tasks }: OverviewProps): readonly IMetric[] => {
  const age = { period: PERIOD, statistic: "Maximum" };
  return [
    queues.wake.metricApproximateAgeOfOldestMessage({ ...age, label: "wake" }),
    queues.driver.metricApproximateAgeOfOldestMessage({ ...age, label: "driver" }),
    ...tasks.map((task) => task.tier.queue.metricApproximateAgeOfOldestMessage({ ...age, label: label(task) })),
  ];
};

/** Most of the bill: what functions ran, times their memory. */
const gigabyteSeconds = ({ tasks, coordinator }: OverviewProps): readonly IMetric[] => [
  ...tasks.map((task, i) => memoryTime(task.fn, task.tier.memoryMiB, label(task), `task${i}`)),
  memoryTime(coordinator, SERVICE_MEMORY_MIB, "coordinators", "coordinator"),
];

const memoryTime = (fn: IFunction, memoryMiB: number, name: string, id: string): IMetric =>
  new MathExpression({
    label: name,
    period: PERIOD,
    expression: `${id} / 1000 * ${memoryMiB} / 1024`,
    usingMetrics: { [id]: fn.metricDuration({ period: PERIOD, statistic: "Sum" }) },
  });

const requests = ({ queues, tasks, api }: OverviewProps): readonly IMetric[] => [
  ...tasks.map((task) => task.fn.metricInvocations(sum(`tasks of ${label(task)}`))),
  ...queues.tasks.map(({ memoryMiB, queue }) => queue.metricNumberOfMessagesSent(sum(`messages for ${memoryMiB} MiB`))),
  api.metricInvocations(sum("API")),
];
