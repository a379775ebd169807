import type { Conf } from "../engine/settings.ts";

/** What a driver process is told of the program job that it runs, in environment variables. */
export interface DriverEnvironment {
  /** The service that runs the program, and that its queries go to. */
  readonly url: string;
  /** The program's job. */
  readonly job: string;
  /** The settings that the program was submitted with. */
  readonly conf: Conf;
}

export const driverVariables = ({ url, job, conf }: DriverEnvironment): Readonly<Record<string, string>> => ({
  FIRECREST_URL: url,
  FIRECREST_PARENT: job,
  FIRECREST_CONF: JSON.stringify(conf),
});

/** Undefined in any other process. */
export function readDriverEnvironment(variables: Readonly<Record<string, string | undefined>>): DriverEnvironment | undefined {
  const { FIRECREST_URL: url, FIRECREST_PARENT: job, FIRECREST_CONF: conf = "{}" } = variables;
  return url && job ? { url, job, conf: JSON.parse(conf) as Conf } : undefined;
}
