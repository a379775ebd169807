import { createInterface } from "node:readline";

/** What Ctrl-C means for jobs at a service: they need nothing of this process. `ask` needs a terminal. */
export type OnInterrupt = "ask" | "cancel" | "leave";
export type Decision = "cancel" | "leave" | "go on";

/** Asks on the terminal, or gives what stands for the answer where there is none. */
export async function decide(wanted: OnInterrupt | undefined, without: "cancel" | "leave"): Promise<Decision> {
  const canAsk = process.stdin.isTTY && process.stderr.isTTY;
  if (wanted === "cancel" || wanted === "leave") return wanted;
  return canAsk ? ask() : without;
}

/** Another Ctrl-C is an answer, too. */
function ask(): Promise<Decision> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise<Decision>((resolve) => {
    terminal.on("SIGINT", () => resolve("cancel"));
    terminal.on("close", () => resolve("go on"));
    terminal.question("The job runs on without this process. Cancel it (c), leave it running (l), or go on watching (Enter)? ", (answer) =>
      resolve(decisionOf(answer)),
    );
  }).finally(() => terminal.close());
}

function decisionOf(answer: string): Decision {
  if (/^c/i.test(answer.trim())) return "cancel";
  return /^l/i.test(answer.trim()) ? "leave" : "go on";
}
