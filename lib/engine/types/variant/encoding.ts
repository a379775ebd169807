/** The numbers of the variant encoding. Source: https://github.com/apache/parquet-format/blob/master/VariantEncoding.md */
export const basicTypes = { primitive: 0, shortString: 1, object: 2, array: 3 } as const;
export const primitiveIds = {
  null: 0,
  true: 1,
  false: 2,
  int1: 3,
  int2: 4,
  int4: 5,
  int8: 6,
  double: 7,
  decimal4: 8,
  decimal8: 9,
  decimal16: 10,
  date: 11,
  timestamp: 12,
  timestampNtz: 13,
  float: 14,
  binary: 15,
  string: 16,
  uuid: 20,
} as const;
export const METADATA_VERSION = 1;
/** Bytes of a value or of its metadata. Source: Spark's VariantUtil.SIZE_LIMIT. */
export const SIZE_LIMIT = 128 * 1024 * 1024;
