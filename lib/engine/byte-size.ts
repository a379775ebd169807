const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  t: 1024 ** 4,
  tb: 1024 ** 4,
};

/** `512m`, `4g`, `1048576`, `1048576b`; undefined for other text. */
export function parseBytes(text: string): number | undefined {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unit = match && UNITS[match[2]!.toLowerCase().replace(/^([kmgt])ib$/, "$1b")];
  return unit === undefined || unit === null ? undefined : Math.floor(Number(match![1]) * unit);
}
