/** The fields that a JSON text gives twice, of which a parser keeps the last: `spec.containers[0].name`. */

/** Takes a text that JSON.parse accepts. */
export function duplicateFields(text: string): readonly string[] {
  const scan = new Scan(text);
  scan.value('');
  return scan.found;
}

const BACKSLASH = 0x5c;
const SPACE = 0x20;

class Scan {
  readonly found: string[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(path: string): void {
    switch (this.#next()) {
      case '{':
        this.#object(path);
        return;
      case '[':
        this.#list(path);
        return;
      case '"':
        this.#skipString();
        return;
      default:
        while (this.#at < this.#text.length && !',]}'.includes(this.#text.charAt(this.#at))) this.#at++;
    }
  }

  #object(path: string): void {
    const seen = new Set<string>();
    this.#at++;
    while (this.#next() === '"') {
      const name = this.#name();
      const at = path === '' ? name : `${path}.${name}`;
      if (seen.has(name)) this.found.push(at);
      seen.add(name);
      this.#skip(':');
      this.value(at);
      this.#skip(',');
    }
    this.#skip('}');
  }

  #list(path: string): void {
    this.#at++;
    for (let index = 0; this.#next() !== ']'; index++) {
      this.value(`${path}[${index}]`);
      this.#skip(',');
    }
    this.#skip(']');
  }

  #name(): string {
    const start = this.#at;
    this.#skipString();
    const quoted = this.#text.slice(start, this.#at);
    return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
  }

  #skipString(): void {
    let end = this.#text.indexOf('"', this.#at + 1);
    while (this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    this.#at = end + 1;
  }

  /** After an odd number of backslashes. */
  #isEscaped(at: number): boolean {
    let count = 0;
    while (this.#text.charCodeAt(at - 1 - count) === BACKSLASH) count++;
    return count % 2 === 1;
  }

  #skip(character: string): void {
    if (this.#next() === character) this.#at++;
  }

  /** The next character that means something. */
  #next(): string {
    while (this.#text.charCodeAt(this.#at) <= SPACE) this.#at++;
    return this.#text.charAt(this.#at);
  }
}
