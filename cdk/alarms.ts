import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Queues } from "./queues.ts";

const PERIOD = Duration.minutes(5);

export interface AlarmsProps {
  readonly queues: Queues;
  readonly deadLetters: IFunction;
  /** Who is told; nobody where absent. */
  readonly email?: string;
}

/** Alarms on what was given up, and on the function that has to deal with it. */
export class Alarms extends Construct {
  readonly #topic: Topic | undefined;

  constructor(scope: Construct, id: string, { queues, deadLetters, email }: AlarmsProps) {
    super(scope, id);
    if (email) {
      this.#topic = new Topic(this, "Topic", { displayName: "Firecrest", enforceSSL: true });
      this.#topic.addSubscription(new EmailSubscription(email));
    }
    const period = { period: PERIOD };
    this.#onAny(
      "DeadWakes",
      queues.deadWakes.metricApproximateNumberOfMessagesVisible(period),
      "Jobs were given up: no coordinator survived them",
    );
    this.#onAny(
      "DeadDrivers",
      queues.deadDrivers.metricApproximateNumberOfMessagesVisible(period),
      "Programs were given up: no driver survived them",
    );
    this.#onAny(
      "DeadTasks",
      queues.deadTasks.metricApproximateNumberOfMessagesVisible(period),
      "Task attempts were given up: their workers were lost",
    );
    this.#onAny("DeadLetterErrors", deadLetters.metricErrors(period), "What was given up could not be told to its jobs");
  }

  #onAny(id: string, metric: IMetric, alarmDescription: string): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.#topic) alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}
