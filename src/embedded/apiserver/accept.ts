/** Reads the Accept header: which encoding and which form of the object (whole, Table, metadata only) the client wants. */
import {ApiFault} from './api-fault.ts';

export type AnswerForm = {
  readonly encoding: 'json' | 'yaml';
  readonly as: 'object' | 'table' | 'metadata' | 'metadataList';
  /** Version of meta.k8s.io in which Table or PartialObjectMetadata is answered. */
  readonly metaVersion: string;
};

const forms: Readonly<Record<string, AnswerForm['as']>> = {
  Table: 'table',
  PartialObjectMetadata: 'metadata',
  PartialObjectMetadataList: 'metadataList',
};

const available = 'application/json, application/yaml, application/json;stream=watch';

export function readAccept(header: string | undefined): AnswerForm {
  const clauses = header === undefined || header.trim() === '' ? ['application/json'] : header.split(',');
  for (const clause of clauses) {
    const form = readClause(clause);
    if (form !== undefined) return form;
  }
  throw new ApiFault(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${available}`, {});
}

function readClause(clause: string): AnswerForm | undefined {
  const [media = '', ...parts] = clause.split(';').map(part => part.trim());
  const parameters = new Map(parts.map(part => splitParameter(part)));
  const encoding = encodingOf(media);
  if (encoding === undefined) return undefined;
  const asked = parameters.get('as');
  if (asked === undefined) return {encoding, as: 'object', metaVersion: 'v1'};
  const as = forms[asked];
  const metaVersion = parameters.get('v') ?? '';
  const isKnown = parameters.get('g') === 'meta.k8s.io' && (metaVersion === 'v1' || metaVersion === 'v1beta1');
  return as === undefined || !isKnown ? undefined : {encoding, as, metaVersion};
}

function encodingOf(media: string): AnswerForm['encoding'] | undefined {
  switch (media) {
    case 'application/json':
    case 'application/*':
    case '*/*':
      return 'json';
    case 'application/yaml':
      return 'yaml';
    default:
      return undefined;
  }
}

function splitParameter(part: string): [string, string] {
  const [name = '', value = ''] = part.split('=');
  return [name.trim(), value.trim()];
}
