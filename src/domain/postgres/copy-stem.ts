/** What the copies of a database are named after: the server cuts a longer name without a word, and may then mean the database itself. */
import {sha256} from '../sha256.ts';

const bytesMax = 40;
const hashLength = 12;

/** The name itself where there is room for what follows it; else its beginning and a hash of the whole. */
export function copyStem(database: string): string {
  const bytes = new TextEncoder().encode(database);
  if (bytes.length <= bytesMax) return database;
  // What is left of a character that was cut is kept back by streaming.
  const beginning = new TextDecoder().decode(bytes.subarray(0, bytesMax - hashLength - 1), {stream: true});
  return `${beginning}_${sha256(database).slice(0, hashLength)}`;
}
