import { createHash } from "node:crypto";
import { ExecutionError } from "../engine/errors.ts";

/**
 * Where a service keeps what below its root. Job ids are part of keys, so none is taken that is not one: what is made of
 * a key cannot leave its folder.
 */
export const keys = {
  submission: (root: string, job: string) => `${folder(root, job)}/submission.json`,
  manifest: (root: string, job: string) => `${folder(root, job)}/manifest.json`,
  status: (root: string, job: string) => `${folder(root, job)}/status.json`,
  /** What is to be done once the plan of a text has run. */
  followUp: (root: string, job: string) => `${folder(root, job)}/follow-up.json`,
  outcome: (root: string, job: string) => `${folder(root, job)}/outcome.json`,
  cancel: (root: string, job: string) => `${folder(root, job)}/cancel.json`,
  /** Rows that travelled in reports, put together. */
  rows: (root: string, job: string, number: number) => `${folder(root, job)}/rows-${number}.arrows`,
  /** A page that was too large for a response. */
  page: (root: string, job: string, page: number) => `${folder(root, job)}/page-${page}.arrows`,
  /** The scheduler's prefix. */
  work: (root: string, job: string) => `${folder(root, job)}/work`,
  children: (root: string, job: string) => `${folder(root, job)}/children/`,
  driver: (root: string, job: string) => `${root}/drivers/${checkedId(job)}`,
  index: (root: string) => `${root}/index/`,
  idempotency: (root: string, caller: string, key: string) => `${root}/idempotency/${digestOf(caller, key)}.json`,
  /** Rows that an engine behind the API keeps for later jobs: one object or a folder. */
  scratch: (root: string, id: string) => `${root}/scratch/${checkedId(id)}`,
  upload: (root: string, upload: string) => `${root}/uploads/${checkedId(upload)}`,
} as const;

const folder = (root: string, job: string): string => `${root}/jobs/${checkedId(job)}`;

const ID = /^[a-z0-9]{26}$/;
const TIME_DIGITS = 13;
const LATEST_TIME = 10 ** TIME_DIGITS - 1;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** An id that sorts by time: 10 characters of milliseconds since 1970, 16 of chance. */
export function newId(now: number, random: { next(): number }): string {
  const time = Array.from({ length: 10 }, (_, i) => ALPHABET[Math.floor(now / 32 ** (9 - i)) % 32]);
  return [...time, ...Array.from({ length: 16 }, () => ALPHABET[Math.floor(random.next() * 32)])].join("");
}

/** When an id was made, in ms since 1970. Throws JOB_NOT_FOUND for what is no id. */
export const timeOf = (id: string): number =>
  [...checkedId(id).slice(0, 10)].reduce((time, digit) => time * 32 + ALPHABET.indexOf(digit), 0);

/** Throws JOB_NOT_FOUND for what is no id. */
function checkedId(id: string): string {
  if (!ID.test(id)) throw new ExecutionError("JOB_NOT_FOUND", { job: id.slice(0, 64) });
  return id;
}

/** The name of a job's entry in an index: newest first. */
export const indexEntry = (createdAt: number, job: string): string =>
  `${String(LATEST_TIME - createdAt).padStart(TIME_DIGITS, "0")}-${checkedId(job)}`;
export const jobOfEntry = (key: string): string => key.slice(-26);

export const digestOf = (...parts: readonly string[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("hex");
