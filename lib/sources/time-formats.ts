import type { SessionSettings } from "../engine/functions/function.ts";
import type { Options } from "./options.ts";

/** How dates and timestamps stand in text files; absent: as a cast prints and reads them. */
export interface TimeFormats {
  readonly dateFormat?: string;
  readonly timestampFormat?: string;
  readonly timestampNtzFormat?: string;
  /** With the zone that the options name. */
  readonly session: SessionSettings;
}

/** The options of a source or a sink that say so. */
export function timeFormats(options: Options, session: SessionSettings): TimeFormats {
  const [dateFormat, timestampFormat, timestampNtzFormat] = ["dateFormat", "timestampFormat", "timestampNTZFormat"].map((name) =>
    options.text(name),
  );
  return {
    ...(dateFormat === undefined ? {} : { dateFormat }),
    ...(timestampFormat === undefined ? {} : { timestampFormat }),
    ...(timestampNtzFormat === undefined ? {} : { timestampNtzFormat }),
    session: { ...session, timeZone: options.text("timeZone") ?? session.timeZone },
  };
}
