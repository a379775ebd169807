import { parseBytes } from "../../engine/byte-size.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { Conf } from "../../engine/settings.ts";
import type { JobLimits } from "../../service/records.ts";
import { functionUrlRegion, staysHere } from "./addresses.ts";
import { type Authorize, anonymous, bearer, signedBy } from "./authorize.ts";

/** Settings that a client needs for itself. They are not sent: one of them is a secret. */
const CLIENT_ONLY: ReadonlySet<string> = new Set([
  "spark.firecrest.auth",
  "spark.firecrest.maxDollars",
  "spark.firecrest.region",
  "spark.firecrest.timeout",
  "spark.firecrest.token",
  "spark.local.dir",
  "spark.master",
]);

export const sentConf = (conf: Conf): Conf => Object.fromEntries(Object.entries(conf).filter(([key]) => !CLIENT_ONLY.has(key)));

const invalid = (confName: string, confValue: string, requirement: string): AnalysisError =>
  new AnalysisError("INVALID_CONF_VALUE.REQUIREMENT", { confName, confValue, confRequirement: `It has to be ${requirement}.` });

/** The service's address, with a slash at the end. Throws INVALID_CONF_VALUE. */
export function serviceUrl(master: string): URL {
  const url = URL.parse(master.endsWith("/") ? master : `${master}/`);
  if (url && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "" && url.hash === "") return url;
  throw invalid("spark.master", master, "the address of a service: https://host, without a user, a query or a fragment");
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How requests to `service` prove who asks: a token (`spark.firecrest.token`, FIRECREST_TOKEN), else AWS's signature for a function URL
 * or where `spark.firecrest.auth` is `iam`. Throws INVALID_CONF_VALUE where a token would travel in the open.
 */
export function authorization(service: URL, conf: Conf, environment: Environment): Authorize {
  const asked = conf["spark.firecrest.auth"];
  if (asked !== undefined && !["iam", "bearer", "none"].includes(asked))
    throw invalid("spark.firecrest.auth", asked, "iam, bearer or none");
  const token = conf["spark.firecrest.token"] ?? environment.FIRECREST_TOKEN;
  if (asked === "none") return anonymous;
  if (token !== undefined && token !== "" && asked !== "iam") {
    if (service.protocol === "https:" || staysHere(service.hostname)) return bearer(token);
    throw invalid("spark.master", service.origin, "an https address where a token is sent, so that nobody reads it on the way");
  }
  if (asked === "bearer")
    throw invalid("spark.firecrest.token", "", "set, or the variable FIRECREST_TOKEN, where spark.firecrest.auth is bearer");
  const region = functionUrlRegion(service.hostname);
  if (asked === undefined && region === undefined) return anonymous;
  return signedBy(conf["spark.firecrest.region"] ?? region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? "us-east-1");
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** `90s`, `15m`, `2h`; a bare number is seconds, as Spark reads times. Undefined for other text. */
export function parseSeconds(text: string): number | undefined {
  const [, digits, unit = "s"] = /^(\d{1,9})(s|m|min|h|d)?$/i.exec(text) ?? [];
  const seconds = digits === undefined ? 0 : Number(digits) * SECONDS[unit.toLowerCase()]!;
  return seconds >= 1 ? seconds : undefined;
}

/** The bounds of each job, by Spark's settings where it has them. Throws INVALID_CONF_VALUE. */
export function jobLimits(conf: Conf): JobLimits {
  const read = <T>(key: string, parse: (text: string) => T | undefined, requirement: string): T | undefined => {
    const text = conf[key];
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) throw invalid(key, text, requirement);
    return value;
  };
  const maxConcurrency = read("spark.dynamicAllocation.maxExecutors", positiveInteger, "a whole number from 1 on");
  const memory = read("spark.executor.memory", parseBytes, "a size: 4g, 1769m");
  const maxDollars = read("spark.firecrest.maxDollars", positiveNumber, "a number of US dollars above 0");
  const timeoutSeconds = read("spark.firecrest.timeout", parseSeconds, "a time: 90s, 15m, 2h");
  return {
    ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    ...(memory === undefined ? {} : { memoryMiB: Math.ceil(memory / 1024 ** 2) }),
    ...(maxDollars === undefined ? {} : { maxDollars }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}

const positiveInteger = (text: string): number | undefined => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined);
const positiveNumber = (text: string): number | undefined => {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : undefined;
};
