/** What a person typed as YAML or JSON, as a value of JSON. */
import {parseDocument as parseYaml} from 'yaml';

export type TypedDocument = {readonly value: unknown} | {readonly error: string};

/** `error` is one line. Aliases are not resolved: a short text must not become a large value. */
export function parseDocument(text: string): TypedDocument {
  try {
    const document = parseYaml(text, {uniqueKeys: true});
    const [problem] = document.errors;
    if (problem !== undefined) return {error: firstLine(problem.message)};
    return {value: document.toJS({maxAliasCount: 0})};
  } catch (error) {
    return {error: firstLine(error instanceof Error ? error.message : String(error))};
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
