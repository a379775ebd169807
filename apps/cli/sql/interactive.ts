import { createInterface, type Interface } from "node:readline";
import type { SparkSession } from "../../../lib/dataframe/session.ts";
import { splitStatements } from "../../../lib/sql/lexer/split-statements.ts";
import { complete, sessionNames } from "./completion.ts";
import { errorText } from "./error-text.ts";
import type { OutputFormat } from "./output-format.ts";
import { writeResult } from "./run-script.ts";
import { runStatement } from "./run-statement.ts";

const PROMPT = "firecrest> ";
const CONTINUED = "        -> ";
/** Rows that are shown of a result; more would only run through the window. */
const MOST_ROWS = 1_000;
const HELP = `Statements end with a semicolon and may have several lines. Tab completes tables, columns, functions and keywords.
Ctrl-C cancels what runs, or drops what was typed; exit; or Ctrl-D ends the session.`;

export interface InteractiveOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Whether people type here: without, nothing is drawn over. */
  readonly terminal: boolean;
  readonly format: OutputFormat;
  readonly verbose: boolean;
  /** Typed statements of earlier sessions, the newest first. */
  readonly history: string[];
}

/** Reads statements and runs them until the input ends; what fails is told, and the next one read. Gives the history, the newest first. */
export async function interact(spark: SparkSession, options: InteractiveOptions): Promise<readonly string[]> {
  const { input, output, terminal } = options;
  let typed = "";
  let running: AbortController | undefined;
  let history = options.history;
  const names = sessionNames(spark);
  const lines = createInterface({
    input,
    output,
    terminal,
    history: [...options.history],
    historySize: 1_000,
    removeHistoryDuplicates: true,
    prompt: PROMPT,
    completer: (line: string, done: (error: Error | null, found: [string[], string]) => void) => {
      complete(typed + line, names).then(
        (found) => done(null, found),
        () => done(null, [[], line]),
      );
    },
  });
  lines.on("history", (kept: string[]) => {
    // A statement of several lines is one entry.
    if (typed.trim() !== "" && kept.length > 1) kept.splice(0, 2, `${kept[1]} ${kept[0]}`);
    history = [...kept];
  });
  lines.on("SIGINT", () => {
    if (running) return running.abort();
    output.write(typed === "" && lines.line === "" ? "\n(exit; or Ctrl-D ends the session)\n" : "\n");
    typed = "";
    clearLine(lines);
    ask(lines, typed);
  });
  let isOpen = true;
  lines.on("close", () => {
    isOpen = false;
  });
  ask(lines, typed);
  for await (const line of lines) {
    typed += `${line}\n`;
    const { statements, rest } = splitStatements(typed);
    if (statements.length === 0 && isCommand(typed, "help")) {
      output.write(`${HELP}\n`);
      typed = "";
    }
    if (isEnd(statements.at(-1) ?? typed)) break;
    if (statements.length > 0) typed = rest;
    for (const statement of statements) {
      running = new AbortController();
      const isDone = await runTyped(spark, statement, options, running.signal);
      running = undefined;
      if (!isDone) break;
    }
    if (isOpen) ask(lines, typed);
  }
  lines.close();
  return history;
}

const isCommand = (text: string, command: string): boolean => new RegExp(`^\\s*${command}\\s*;?\\s*$`, "i").test(text);
const isEnd = (text: string): boolean => isCommand(text, "exit") || isCommand(text, "quit");

function ask(lines: Interface, typed: string): void {
  lines.setPrompt(typed.trim() === "" ? PROMPT : CONTINUED);
  lines.prompt();
}

/** Drops what stands in the line that is being typed. */
const clearLine = (lines: Interface): void => lines.write(null, { ctrl: true, name: "u" });

/** Whether the statement succeeded. */
async function runTyped(spark: SparkSession, statement: string, options: InteractiveOptions, signal: AbortSignal): Promise<boolean> {
  const { output, format, verbose } = options;
  const started = performance.now();
  const took = () => `${((performance.now() - started) / 1000).toFixed(2)} s`;
  try {
    const result = await runStatement(spark, statement, signal);
    if (result.schema.fields.length === 0) {
      for await (const _ of result.chunks);
      output.write(`done in ${took()}\n\n`);
      return true;
    }
    const write = async (piece: string | Uint8Array) => void output.write(piece);
    const rows = await writeResult(spark, result, { format, write, mostRows: MOST_ROWS });
    output.write(`${rows} ${rows === 1 ? "row" : "rows"} in ${took()}\n\n`);
    return true;
  } catch (thrown) {
    output.write(signal.aborted ? `cancelled after ${took()}\n\n` : `${errorText(thrown, verbose)}\n\n`);
    return false;
  }
}
