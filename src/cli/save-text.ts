/** Writes a text into a new file of the working directory; one that is there already is never overwritten. */
import {writeFile} from 'node:fs/promises';
import {resolve} from 'node:path';

const attemptsMax = 100;

export async function saveText(fileName: string, text: string): Promise<string> {
  const dot = fileName.lastIndexOf('.');
  const [stem, ending] = dot < 0 ? [fileName, ''] : [fileName.slice(0, dot), fileName.slice(dot)];
  for (let attempt = 0; ; attempt++) {
    const path = resolve(`${stem}${attempt === 0 ? '' : `-${attempt + 1}`}${ending}`);
    try {
      await writeFile(path, text, {flag: 'wx', mode: 0o600});
      return path;
    } catch (error) {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isThere || attempt >= attemptsMax) throw error;
    }
  }
}
