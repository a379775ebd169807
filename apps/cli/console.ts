import { type FinishedJob, finishedLine, progressLines, summaryLines } from "./progress.ts";
import { LiveLines } from "./terminal.ts";
import type { JobListener } from "./watch.ts";

/** What a run shows on stderr: live lines on a terminal, a line a job elsewhere, and a summary at the end. */
export interface RunConsole extends JobListener {
  /** A line of the CLI's own. */
  say(text: string): void;
  /** Draws nothing while something else is asked on the terminal. */
  quietly<T>(ask: () => Promise<T>): Promise<T>;
  /** The summary of a run that took `wallMs`. */
  summarize(name: string, wallMs: number): void;
  end(): void;
}

export function openConsole(explain: boolean): RunConsole {
  const live = process.stderr.isTTY ? new LiveLines(process.stderr) : undefined;
  if (live && process.stdout.isTTY) live.giveWayTo(process.stdout);
  const jobs: FinishedJob[] = [];
  let quiet = false;
  let latest: () => readonly string[] = () => [];
  const say = (text: string) => {
    live?.clear();
    process.stderr.write(`${text}\n`);
  };
  return {
    say,
    ...(explain ? { explained: (job: number, plan: string) => say(`== Job ${job} ==\n${plan.trimEnd()}\n`) } : {}),
    progressed: (job, progress) => {
      if (!live) return;
      latest = () => progressLines(progress, job, live.width);
      if (!quiet) live.draw(latest);
    },
    finished: (job) => {
      jobs.push(job);
      if (live) live.clear();
      else say(finishedLine(job));
    },
    quietly: async (ask) => {
      quiet = true;
      live?.clear();
      try {
        return await ask();
      } finally {
        quiet = false;
        live?.draw(latest);
      }
    },
    summarize: (name, wallMs) => say(summaryLines(name, wallMs, jobs).join("\n")),
    end: () => live?.end(),
  };
}
