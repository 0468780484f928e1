/** Reads a request body into a value: JSON (also where no type is named), YAML, or the protobuf that kubectl sends. */
import {parse as parseYaml} from 'yaml';
import type {ApiCall} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {decodeProtobuf} from './protobuf.ts';

const accepted = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The media type without its parameters; JSON where none is named. */
export function mediaType(call: ApiCall): string {
  const media = (call.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return media === '' ? 'application/json' : media;
}

/** `kind` names in refusals what was expected. */
export function readBody(call: ApiCall, kind: string): unknown {
  switch (mediaType(call)) {
    case 'application/json':
    case 'application/x-www-form-urlencoded':
      return parse(call, kind, text => JSON.parse(text));
    case 'application/yaml':
      return parse(call, kind, readYaml);
    case 'application/vnd.kubernetes.protobuf':
      return readProtobuf(call, kind);
    default:
      throw ApiFault.unsupportedMedia(accepted);
  }
}

export function bodyText(call: ApiCall): string {
  return new TextDecoder().decode(call.body);
}

function parse(call: ApiCall, kind: string, read: (text: string) => unknown): unknown {
  const text = bodyText(call);
  try {
    return read(text);
  } catch (error) {
    const why = `couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : 'malformed'}`;
    throw ApiFault.badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${cut(text)})`);
  }
}

/** YAML 1.1, in which `y` is true, as kube-apiserver reads it; times stay texts. */
function readYaml(text: string): unknown {
  return parseYaml(text, {
    version: '1.1',
    customTags: tags => tags.filter(tag => typeof tag === 'string' || !tag.tag.endsWith(':timestamp')),
  });
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
