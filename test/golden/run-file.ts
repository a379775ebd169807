import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "./answer.ts";
import type { GoldenFile, GoldenRecord } from "./corpus.ts";
import { SqlProcess } from "./sql-process.ts";
import { standingTables } from "./standing-tables.ts";

/** What Spark's test suite sets for every file; a file's own settings win. */
const HARNESS_SETTINGS = {
  "spark.sql.session.timeZone": "America/Los_Angeles",
  "spark.sql.shuffle.partitions": "4",
  "spark.sql.timeType.enabled": "true",
  "spark.sql.scripting.enabled": "true",
  "spark.sql.collation.schemaLevel.enabled": "true",
  "spark.sql.datetime.java8API.enabled": "true",
};

/** Runs files one after another in one process, each in a session and with a catalog of its own. */
export class FileRunner {
  readonly #folder: string;
  readonly #corpus: string;
  readonly #timeoutSeconds: number;
  #process: SqlProcess;

  constructor(folder: string, corpus: string, timeoutSeconds: number) {
    this.#folder = folder;
    this.#corpus = corpus;
    this.#timeoutSeconds = timeoutSeconds;
    this.#process = new SqlProcess(folder);
  }

  /** Makes the standing tables and keeps a copy of them. Gives what went wrong. */
  async prepare(): Promise<readonly string[]> {
    const complaints: string[] = [];
    await this.#process.beginSession(HARNESS_SETTINGS);
    for (const sql of standingTables(this.#corpus)) {
      const answer = await this.#process.run(sql, this.#timeoutSeconds);
      if (answer.kind === "error") complaints.push(answer.error.message);
      if (answer.kind === "none") complaints.push(answer.reason);
    }
    if (existsSync(this.#warehouse)) cpSync(this.#warehouse, this.#pristine, { recursive: true });
    return complaints;
  }

  /** The answers to a file's records, in their order. */
  async run(file: GoldenFile): Promise<readonly Answer[]> {
    await this.#begin(file);
    const answers: Answer[] = [];
    for (const [i, record] of file.records.entries()) {
      const answer = await this.#process.run(record.sql, this.#timeoutSeconds);
      answers.push(answer);
      if (!this.#process.isUsable) await this.#resume(file, file.records.slice(0, i));
    }
    return answers;
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  get #warehouse(): string {
    return join(this.#folder, "warehouse");
  }
  get #pristine(): string {
    return join(this.#folder, "pristine");
  }

  async #begin(file: GoldenFile): Promise<void> {
    if (!this.#process.isUsable) this.#process = new SqlProcess(this.#folder);
    rmSync(this.#warehouse, { recursive: true, force: true });
    if (existsSync(this.#pristine)) cpSync(this.#pristine, this.#warehouse, { recursive: true });
    await this.#process.beginSession({ ...HARNESS_SETTINGS, ...file.header.settings });
  }

  /** A process that ended took the session with it: what the file had made is made again. */
  async #resume(file: GoldenFile, before: readonly GoldenRecord[]): Promise<void> {
    await this.#begin(file);
    for (const { kind, sql } of before) if (kind === "setup" && this.#process.isUsable) await this.#process.run(sql, this.#timeoutSeconds);
  }
}
