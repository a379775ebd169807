import { RetryableError } from "../../engine/errors.ts";
import type { JobState } from "../../engine/scheduler/state.ts";
import type { TaskReport } from "../../engine/task/message.ts";

/** Reports of the attempts that another process had begun: its workers ended with it. Those that had not begun are sent again anyway. */
export const lostAttempts = (job: string, { tasks }: JobState): TaskReport[] =>
  tasks.flatMap(({ stage, partition, attempts }) =>
    attempts
      .filter(({ status }) => status === "started")
      .map(({ number }) => {
        const id = `${stage}.${partition}.${number}`;
        const error = new RetryableError("WORKER_LOST", { attempt: id, reason: "its server ended" }).toJSON();
        return { job, id, stage, partition, attempt: number, outcome: "failed", error };
      }),
  );
