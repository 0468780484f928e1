/** What we use of node-pty. The types that the package brings are declared under the name of the fork, not of the alias. */
declare module 'node-pty' {
  type Options = {name?: string; cols: number; rows: number; cwd: string; env: Record<string, string>; encoding: null};

  export type IPty = {
    readonly pid: number;
    /** Bytes, with the encoding null. */
    onData(listener: (data: string | Buffer) => void): void;
    /** Comes after the last output. */
    onExit(listener: (exit: {exitCode: number; signal?: number}) => void): void;
    write(data: string): void;
    resize(columns: number, rows: number): void;
    pause(): void;
    resume(): void;
    kill(signal: string): void;
  };

  export function spawn(file: string, args: string[], options: Options): IPty;
}
