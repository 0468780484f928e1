/** Reads a request body into a value: JSON (also where no type is named), YAML, or the protobuf that kubectl sends. */
import {parseDocument} from 'yaml';
import type {ApiCall} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {duplicateFields} from './duplicate-fields.ts';
import {decodeProtobuf} from './protobuf.ts';

const accepted = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The media type without its parameters; JSON where none is named. */
export function mediaType(call: ApiCall): string {
  const media = (call.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return media === '' ? 'application/json' : media;
}

export type Body = {
  readonly value: unknown;
  /** What a strict reader holds against the text: fields that it gives twice. */
  readonly faults: readonly string[];
};

/** `kind` names in refusals what was expected. */
export function readBody(call: ApiCall, kind: string): unknown {
  return readWholeBody(call, kind, false).value;
}

export function readWholeBody(call: ApiCall, kind: string, isStrict: boolean): Body {
  switch (mediaType(call)) {
    case 'application/json':
    case 'application/x-www-form-urlencoded':
      return parse(call, kind, text => ({value: JSON.parse(text), faults: isStrict ? duplicateFaults(text) : []}));
    case 'application/yaml':
      return parse(call, kind, readYaml);
    case 'application/vnd.kubernetes.protobuf':
      return {value: readProtobuf(call, kind), faults: []};
    default:
      throw ApiFault.unsupportedMedia(accepted);
  }
}

export function bodyText(call: ApiCall): string {
  return new TextDecoder().decode(call.body);
}

/** The configuration of an apply: YAML, and mostly JSON in fact, which is read much faster as such. */
export function readConfigBody(call: ApiCall): Body {
  const text = bodyText(call);
  const json = text.trimStart().startsWith('{') ? tryJson(text) : undefined;
  if (json !== undefined) return json;
  try {
    return readYaml(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'malformed';
    throw ApiFault.badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${why}`);
  }
}

/** undefined where YAML has to see to it: no JSON, or fields given twice, which it counts by line. */
function tryJson(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return duplicateFields(text).length === 0 ? {value, faults: []} : undefined;
  } catch {
    return undefined;
  }
}

/** Takes a text that JSON.parse accepts. */
export function duplicateFaults(text: string): readonly string[] {
  return duplicateFields(text).map(path => `duplicate field ${JSON.stringify(path)}`);
}

function parse(call: ApiCall, kind: string, read: (text: string) => Body): Body {
  const text = bodyText(call);
  try {
    return read(text);
  } catch (error) {
    const why = `couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : 'malformed'}`;
    throw ApiFault.badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${cut(text)})`);
  }
}

/** YAML 1.1, in which `y` is true, as kube-apiserver reads it; times stay texts. */
function readYaml(text: string): Body {
  const document = parseDocument(text, {
    version: '1.1',
    customTags: tags => tags.filter(tag => typeof tag === 'string' || !tag.tag.endsWith(':timestamp')),
  });
  const [malformed] = document.errors.filter(({code}) => code !== 'DUPLICATE_KEY');
  if (malformed !== undefined) throw malformed;
  const lines = document.errors.map(
    ({linePos, pos}) => `\n  line ${linePos?.[0].line ?? 0}: key ${quotedKey(text, pos[0])} already set in map`,
  );
  const faults = lines.length === 0 ? [] : [`error converting YAML to JSON: yaml: unmarshal errors:${lines.join('')}`];
  return {value: document.toJS(), faults};
}

/** The key that begins at a place of the text. */
function quotedKey(text: string, at: number): string {
  const [key = ''] = /^"[^"]*"|^'[^']*'|^[^:\n]*/.exec(text.slice(at)) ?? [];
  return JSON.stringify(key.replaceAll(/^["']|["']$/g, '').trim());
}

function readProtobuf(call: ApiCall, kind: string): unknown {
  try {
    return decodeProtobuf(call.body);
  } catch (error) {
    if (error instanceof ApiFault) throw error;
    throw ApiFault.badRequest(`the protobuf of a ${kind} is not understood: ${error instanceof Error ? error.message : 'malformed'}`);
  }
}

function cut(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)} ...` : text;
}
