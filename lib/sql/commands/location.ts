/** An address with a scheme, or an absolute path. */
const ABSOLUTE = /^(?:[a-z][a-z0-9+.-]*:|\/)/i;

/** Where a LOCATION leads: below `base` unless it is absolute. `file:///a//b/` is `/a/b`. */
export function absoluteLocation(location: string, base: string): string {
  const address = ABSOLUTE.test(location) ? location : `${base}/${location}`;
  const local = address.replace(/^file:(?:\/\/)?(?=\/)/, "").replace(/^s3[an]:\/\//, "s3://");
  const [, scheme = "", rest = ""] = /^([a-z0-9]+:\/\/)?(.*)$/s.exec(local)!;
  const clean = rest.replace(/\/{2,}/g, "/");
  return scheme + (clean.length > 1 ? clean.replace(/\/$/, "") : clean);
}

/** A location as Spark prints it: local paths are `file:` URIs. */
export const shownLocation = (location: string): string => (location.startsWith("/") ? `file:${location}` : location);
