/** Messages inside each other that a client may send. Source: Spark's spark.connect.grpc.marshallerRecursionLimit. */
export const DECODING = { recursionLimit: 1024 } as const;
