/** The file under a journal: it grows at its end, is read whole, and is cut or set aside; everything else is decided in the engine. */

export type AppendFile = {
  /** For sentences, and for others who look for the record of a run. */
  readonly path: string;
  /** '' where there is none yet. */
  readAll(): Promise<string>;
  /**
   * Durable when it returns. Throws, and writes nothing, where the file is not `bytes` long: somebody else has written.
   * Where it throws for another reason, a part of the text may stand there.
   */
  append(text: string, bytes: number): Promise<void>;
  /** Takes away what stands behind so many bytes. */
  cut(bytes: number): Promise<void>;
  /** Puts what there is under another name, which it returns; the file begins anew. */
  setAside(): Promise<string>;
};

/** Nothing can be trusted that stands in it from `line` on, and nothing was changed. */
export class BrokenJournal extends Error {
  readonly path: string;
  readonly line: number;

  constructor(path: string, line: number, what: string) {
    super(
      `${path}, line ${line}: ${what}. The journal is left as it is and no run of it is carried on. Put back a copy of it, or move it aside (mv ${path} ${path}.broken) to begin an empty one`,
    );
    this.name = 'BrokenJournal';
    this.path = path;
    this.line = line;
  }
}
