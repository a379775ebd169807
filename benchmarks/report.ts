import { type EngineName, engines } from "./engines.ts";
import { median, type WorkerMeasure } from "./measure.ts";

export interface Comparison {
  readonly scale: number;
  /** A folder that was given instead of a scale. */
  readonly data?: string;
  readonly runs: number;
  readonly threads: number;
  readonly memory?: string;
  /** The machine's load average before and after. */
  readonly load: readonly [number, number];
  /** The first engine is the one that ratios refer to. */
  readonly results: readonly { readonly engine: EngineName; readonly warm: WorkerMeasure; readonly firstAnswers: readonly number[] }[];
  readonly differences: readonly string[];
}

const BYTES_PER_MB = 1024 ** 2;

/** A table a task: median time, its ratio to the first engine's, CPU; then start-up and peak memory. */
export function reportLines({ scale, data, runs, threads, memory, load, results, differences }: Comparison): readonly string[] {
  const limit = memory === undefined ? "" : `, ${memory} of memory`;
  const lines = [
    `TPC-H, ${data ?? `scale factor ${scale}`}, ${threads} threads${limit}, median of ${runs}; load average ${load.map((l) => l.toFixed(1)).join(" to ")}`,
  ];
  const first = results[0]!;
  const section = (
    title: string,
    value: (result: (typeof results)[number]) => number,
    unit: (value: number) => string,
    note: (result: (typeof results)[number]) => string = () => "",
  ) => {
    lines.push("", title);
    for (const result of results) {
      const ratio = value(result) / value(first);
      lines.push(
        `  ${engines[result.engine].title.padEnd(34)}${unit(value(result)).padStart(10)}${`${ratio.toFixed(2)} x`.padStart(10)}  ${note(result)}`.trimEnd(),
      );
    }
  };
  const seconds = (value: number) => `${value.toFixed(3)} s`;
  for (const { task } of first.warm.tasks) {
    const of = (result: (typeof results)[number]) => result.warm.tasks.find((other) => other.task === task)!;
    section(
      task,
      (result) => median(of(result).seconds),
      seconds,
      (result) => `${median(of(result).cpuSeconds).toFixed(2)} CPU s, first ${of(result).seconds[0]!.toFixed(3)} s`,
    );
  }
  const queries = first.warm.tasks.filter(({ task }) => task !== "repartition").map(({ task }) => task);
  if (queries.length > 1) {
    const total = ({ warm }: (typeof results)[number], of: (measured: (typeof warm.tasks)[number]) => number) =>
      warm.tasks.filter(({ task }) => queries.includes(task)).reduce((sum, measured) => sum + of(measured), 0);
    section(
      `all ${queries.length} queries, sum of medians`,
      (result) => total(result, (measured) => median(measured.seconds)),
      seconds,
      (result) => `${total(result, (measured) => median(measured.cpuSeconds)).toFixed(1)} CPU s`,
    );
  }
  section("process start to first answer (q06)", (result) => median(result.firstAnswers), seconds);
  section(
    "peak memory of all processes",
    (result) => result.warm.peakBytes,
    (bytes) => `${Math.round(bytes / BYTES_PER_MB)} MB`,
  );
  lines.push("", ...(differences.length > 0 ? differences : ["All answers agree."]));
  return lines;
}
