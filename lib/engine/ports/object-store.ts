/**
 * Where data, shuffle blocks and journals live. A key is an absolute address: a file path, `memory://...` or `s3://...`.
 * Every call may throw a RetryableError (STORE_UNAVAILABLE); a missing object is undefined or OBJECT_NOT_FOUND, never an empty one.
 */
export interface ObjectStore {
  /** The bytes of [range.start, range.end), or of the whole object: the caller's own. Throws OBJECT_NOT_FOUND. */
  get(key: string, range?: ByteRange): Promise<Uint8Array>;
  /** undefined where there is no object. */
  stat(key: string): Promise<TaggedStat | undefined>;
  /** With `ifAbsent`, writes nothing and gives false where the object exists: the fence of the journal. */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<boolean>;
  /** Objects whose key begins with `prefix`, in the order of `compareKeys`. Hidden uploads are not among them. */
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectStat>;
  /** Missing objects are no error. */
  delete(keys: readonly string[]): Promise<void>;
  /** Deletes the object that has this tag; gives false, and leaves what is there alone, where that is another by now. A missing one is no error. */
  deleteIf(key: string, tag: string): Promise<boolean>;
  /** Begins an object that nobody sees before `completeUpload`. Gives the upload's id. */
  startUpload(key: string): Promise<string>;
  /** Sends a local file as the upload's content; the file may be moved. Gives what `completeUpload` needs. */
  uploadFile(key: string, upload: string, path: string): Promise<UploadedFile>;
  /** Makes the object visible, whole. Completing a completed upload again is no error. */
  completeUpload(key: string, upload: string, file: UploadedFile): Promise<void>;
  /** Forgets an upload. One that is unknown or completed is no error. */
  abortUpload(key: string, upload: string): Promise<void>;
  /** Unfinished uploads below a prefix, so that those of dead workers can be aborted; absent where the store forgets them itself. */
  listUploads?(prefix: string): AsyncIterable<PendingUpload>;
  /** Whether there is a folder, be it empty; absent where there are folders only as far as there are objects in them. */
  hasFolder?(path: string): Promise<boolean>;
  /** A path that the kernel can read in place, where the store is a file system. */
  localPath?(key: string): string | undefined;
}

export interface PutOptions {
  readonly ifAbsent?: boolean;
  /** Nobody writes this key otherwise, or again. So a put that is slow may be sent twice, and one of the two may land late. */
  readonly once?: boolean;
}
export interface ListOptions {
  /** Only keys behind this one, which need not exist. */
  readonly after?: string | undefined;
}

/** [start, end) in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
export interface ObjectStat {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Last change, ms since 1970. */
  readonly modified: number;
}
export interface TaggedStat extends ObjectStat {
  /** Differs where the content does; equal content may have equal tags. */
  readonly tag: string;
}
export interface PendingUpload {
  readonly key: string;
  readonly upload: string;
}
export interface UploadedFile {
  readonly size: number;
  /** Tags of the parts, in order, where the store has parts. */
  readonly parts: readonly string[];
}
