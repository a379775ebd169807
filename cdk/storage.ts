import { Annotations, Duration, RemovalPolicy } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, type LifecycleRule } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

export interface StorageProps {
  /** A bucket to use instead of a new one. Its encryption, policy and lifecycle stay its owner's business. */
  readonly existingBucket?: string;
  /** Days that a job's objects stay after its submission. */
  readonly retentionDays: number;
  /** Deletes the bucket with the stack; it must be empty by then. */
  readonly destroyData: boolean;
}

/** What the stack needs to know of a bucket, its own or not. */
export type DataBucket = Pick<IBucket, "bucketName" | "bucketArn" | "arnForObjects">;

/** What expires. Users' data, below `data/` and wherever they write, never does. */
const expiring = ["jobs/", "drivers/", "idempotency/", "index/", "uploads/", "scratch/"];

/** Outputs are uploads that a job's end completes; no job lives so long, so what is older was left by a job that was lost. */
const ABANDONED_UPLOAD_DAYS = 7;

/** The data bucket: jobs, their journals, shuffle blocks and results, and by default what jobs read and write. */
export class Storage extends Construct {
  readonly bucket: DataBucket;

  constructor(scope: Construct, id: string, { existingBucket, retentionDays, destroyData }: StorageProps) {
    super(scope, id);
    if (existingBucket) {
      this.bucket = Bucket.fromBucketName(this, "Bucket", existingBucket);
      Annotations.of(this).addInfoV2(
        "firecrest:existing-bucket",
        `${existingBucket} is used as it is: have it refuse public access and plain HTTP, and expire ${expiring.join(", ")} after ${retentionDays} days`,
      );
      return;
    }
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: destroyData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      lifecycleRules: lifecycle(retentionDays),
    });
  }
}

const lifecycle = (retentionDays: number): LifecycleRule[] => [
  ...expiring.map((prefix) => ({ id: `expire-${prefix.slice(0, -1)}`, prefix, expiration: Duration.days(retentionDays) })),
  { id: "abort-abandoned-uploads", abortIncompleteMultipartUploadAfter: Duration.days(ABANDONED_UPLOAD_DAYS) },
];
