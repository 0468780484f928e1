/** The port to files on the machine of a person who carries runs: the place of a dump or of keys that are kept outside of the cluster. */

/** The disk did not do what was asked of it; the message says which file and why. */
export class FileFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FileFault';
  }
}

export type FileDigest = {readonly bytes: number; readonly sha256: string};

/** All throw FileFault but for what is not there. */
export type FileReader = {
  /** Whose disk it is: `anna@bastion`. */
  readonly owner: string;
  /** Reads the whole file. undefined where there is none. */
  digest(path: string): Promise<FileDigest | undefined>;
  /** A small file. undefined where there is none. */
  readText(path: string): Promise<string | undefined>;
  /** Of the disk that the folder is on, or will be on. */
  freeBytes(folder: string): Promise<number>;
};

/** A file that comes into being whole or not at all. */
export type NewFile = {
  write(bytes: Uint8Array): Promise<void>;
  /** It is on the disk under its name when this resolves. */
  keep(): Promise<FileDigest>;
  drop(): Promise<void>;
};

export type FilePort = FileReader & {
  /** Whole or not at all, for its owner alone, on the disk before it resolves. Folders are made. */
  save(path: string, text: string): Promise<void>;
  create(path: string): Promise<NewFile>;
  read(path: string): AsyncIterable<Uint8Array>;
};
