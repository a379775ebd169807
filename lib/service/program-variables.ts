/**
 * What a program sees of the environment that its driver runs in: where programs and certificates lie, the language, and what it
 * takes to call the service. Queues, buckets and other settings of the deployment stay out.
 */
const HANDED_ON: readonly string[] = [
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "FIRECREST_TOKEN",
  "HOME",
  "LANG",
  "LC_ALL",
  "LD_LIBRARY_PATH",
  "NODE_EXTRA_CA_CERTS",
  "PATH",
  "TMPDIR",
  "TZ",
];

export const programVariables = (variables: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    HANDED_ON.flatMap((name) => {
      const value = variables[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
