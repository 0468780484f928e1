/** The secrets that one write was filled with: a server may say them back in its answers, and then they must be hidden. */
import {type Fields, isFields} from '../domain/fields.ts';
import {masked} from '../domain/page/secret-text.ts';

export class KnownSecrets {
  readonly #values = new Set<string>();

  take(value: string): string {
    if (value !== '') this.#values.add(value);
    return value;
  }

  hideText(text: string): string {
    let safe = text;
    // Where one holds another, the whole goes.
    for (const value of [...this.#values].sort((left, right) => right.length - left.length)) {
      safe = safe.replaceAll(value, masked).replaceAll(JSON.stringify(value).slice(1, -1), masked);
    }
    return safe;
  }

  /** In every text of a JSON value. */
  hide(value: unknown): unknown {
    if (typeof value === 'string') return this.hideText(value);
    if (Array.isArray(value)) return value.map(each => this.hide(each));
    return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.hide(inner)])) : value;
  }
}

function isSecretPlace({$secretFrom, $masked, $fileFrom}: Fields): boolean {
  return [$secretFrom, $masked, $fileFrom].some(place => typeof place === 'string');
}

/** `value` without what stands where `written` puts a secret: the one before is no less secret. */
export function hidePlaces(value: unknown, written: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (Array.isArray(written)) return Array.isArray(value) ? value.map((each, index) => hidePlaces(each, written[index])) : value;
  if (!isFields(written)) return value;
  if (isSecretPlace(written)) return masked;
  return isFields(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hidePlaces(inner, written[name])]))
    : value;
}
