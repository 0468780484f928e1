/**
 * An object as the lines of its YAML, in the order and style of `kubectl get -o yaml`. Written here and not by a library
 * because every line needs to know its field, folding skips what is not shown, and a huge object must cost no more than
 * what is shown of it.
 */
import {type Fields, isFields} from '../fields.ts';
import {type Phrase, phrase} from '../messages/phrase.ts';
import {inlineScalar, isMultiline, multilineScalar} from './yaml-scalar.ts';

export type Line = {
  /**
   * A JSON pointer, in which items of a list go by what names them, if anything does: `/status/conditions/type=Ready/status`.
   * Further lines of the same value have `#2`, `#3` … behind.
   */
  readonly path: string;
  readonly text: string;
  /** Stands behind the text: what was left out. */
  readonly note?: Phrase;
  /** Only on lines with more lines below that belong to them. */
  readonly fold?: 'open' | 'folded';
};

const valueLengthMax = 4_000;
const linesMax = 20_000;
/** Deeper levels are folded for good. */
const depthMax = 100;

/** Fields that tell one item of a list from the others, the first that all items have. */
const identities = ['name', 'type', 'key', 'uid', 'ip'] as const;

/** What is folded until the user opens it. */
export const foldedAtFirst: ReadonlySet<string> = new Set(['/metadata/managedFields']);

/** `folded` holds the paths of fields whose contents are left out. */
export function yamlLines(object: Fields, folded: ReadonlySet<string> = foldedAtFirst): Line[] {
  const writer = new LineWriter(folded);
  writer.writeEntries(object, 0, '', '');
  return writer.lines;
}

class LineWriter {
  readonly lines: Line[] = [];
  readonly #folded: ReadonlySet<string>;

  constructor(folded: ReadonlySet<string>) {
    this.#folded = folded;
  }

  /** `lead` is what stands before the first entry instead of its indentation: `  - `. */
  writeEntries(fields: Fields, indent: number, lead: string, path: string): void {
    let start = lead || ' '.repeat(indent);
    for (const name of Object.keys(fields).sort()) {
      if (this.#isFull()) return;
      this.#writeField(`${start}${inlineScalar(cut(name).text)}:`, fields[name], indent, `${path}/${segment(name)}`);
      start = ' '.repeat(indent);
    }
  }

  #writeItems(items: readonly unknown[], indent: number, lead: string, path: string): void {
    let start = lead || ' '.repeat(indent);
    const segments = itemSegments(items);
    for (const [index, item] of items.entries()) {
      if (this.#isFull()) return;
      const itemPath = `${path}/${segments?.[index] ?? index}`;
      const itemLead = `${start}- `;
      if (isLeaf(item) || indent / 2 >= depthMax) this.#writeLeaf(`${start}-`, item, indent, itemPath);
      else if (Array.isArray(item)) this.#writeItems(item, indent + 2, itemLead, itemPath);
      else if (isFields(item)) this.writeEntries(item, indent + 2, itemLead, itemPath);
      start = ' '.repeat(indent);
    }
  }

  #writeField(head: string, value: unknown, indent: number, path: string): void {
    if (isLeaf(value)) {
      this.#writeLeaf(head, value, indent, path);
      return;
    }
    if (this.#folded.has(path) || indent / 2 >= depthMax) {
      this.lines.push({path, text: head, note: phrase('page.folded', sizeOf(value)), fold: 'folded'});
      return;
    }
    this.lines.push({path, text: head, fold: 'open'});
    if (isFields(value)) this.writeEntries(value, indent + 2, '', path);
    // kubectl does not indent a list below its key.
    else if (Array.isArray(value)) this.#writeItems(value, indent, '', path);
  }

  /** A value that has no lines of its own below it, but perhaps several lines of text. */
  #writeLeaf(head: string, value: unknown, indent: number, path: string): void {
    if (typeof value !== 'string') {
      this.lines.push({path, text: `${head} ${leafText(value)}`});
      return;
    }
    const {text, left} = cut(value);
    const note = left === 0 ? {} : {note: phrase('page.moreCharacters', left)};
    const lines = isMultiline(text) ? multilineScalar(text) : [inlineScalar(text)];
    const pad = ' '.repeat(indent + 2);
    for (const [index, line] of lines.entries()) {
      const isLast = index === lines.length - 1;
      this.lines.push({
        path: index === 0 ? path : `${path}#${index + 1}`,
        text: index === 0 ? `${head} ${line}` : line === '' ? '' : `${pad}${line}`,
        ...(isLast && note),
      });
    }
  }

  #isFull(): boolean {
    if (this.lines.length < linesMax) return false;
    const last = this.lines.at(-1);
    if (last !== undefined && last.path !== '#more') this.lines.push({path: '#more', text: '', note: phrase('page.moreLines', linesMax)});
    return true;
  }
}

/** Fits behind its key: everything but maps and lists that hold something. */
function isLeaf(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isFields(value)) return true;
  return Object.keys(value).length === 0;
}

function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return isFields(value) ? Object.keys(value).length : 0;
}

function leafText(value: unknown): string {
  if (Array.isArray(value)) return isLeaf(value) ? '[]' : '[…]';
  if (isFields(value)) return isLeaf(value) ? '{}' : '{…}';
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? inlineScalar(value) : 'null';
}

function cut(text: string): {text: string; left: number} {
  if (text.length <= valueLengthMax) return {text, left: 0};
  const isPairCut = /[\ud800-\udbff]/.test(text[valueLengthMax - 1] ?? '');
  const length = isPairCut ? valueLengthMax - 1 : valueLengthMax;
  return {text: text.slice(0, length), left: text.length - length};
}

/** As in a JSON pointer. */
function segment(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}

/** undefined where items are told apart by their place alone. */
function itemSegments(items: readonly unknown[]): string[] | undefined {
  for (const identity of identities) {
    const names = new Set<string>();
    for (const item of items) {
      const name = isFields(item) ? item[identity] : undefined;
      if (typeof name !== 'string') break;
      names.add(`${identity}=${segment(name)}`);
    }
    if (names.size === items.length) return [...names];
  }
  return undefined;
}
