import { RetentionDays } from "aws-cdk-lib/aws-logs";

/** CloudWatch Logs keeps for some numbers of days only: the least that is enough. Throws beyond ten years. */
export function logRetention(days: number): RetentionDays {
  const offered = Object.values(RetentionDays).filter(
    (value): value is RetentionDays => typeof value === "number" && value !== RetentionDays.INFINITE,
  );
  const enough = offered.filter((value) => value >= days).toSorted((a, b) => a - b)[0];
  if (enough === undefined || !Number.isInteger(days) || days < 1)
    throw new Error(`retentionDays is ${days}; want a whole number from 1 to 3653`);
  return enough;
}
