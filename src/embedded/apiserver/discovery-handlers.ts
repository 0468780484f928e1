/** The documents about the API itself: discovery in both forms, OpenAPI, version and health. */
import {createHash} from 'node:crypto';
import {type ApiAnswer, type ApiCall, jsonAnswer, textAnswer} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions} from './discovery.ts';
import {openApiV2, openApiV3Document, openApiV3Index} from './openapi.ts';
import type {ResourceType} from './resource-type.ts';

type Types = readonly ResourceType[];

const version = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.0-deckhand',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: '',
};

const probes = new Set(['/healthz', '/livez', '/readyz']);

/** Answers without credentials: what tells a client whether somebody is there at all. */
export function isPublicPath(path: string): boolean {
  return probes.has(path) || path === '/version';
}

/** undefined where the path is not one of a document. */
export function answerDocument(call: ApiCall, types: Types): ApiAnswer | undefined {
  const path = call.path.length > 1 ? call.path.replace(/\/$/, '') : call.path;
  if (probes.has(path)) return textAnswer(200, call.query.has('verbose') ? `[+]ping ok\n${path.slice(1)} check passed\n` : 'ok');
  const body = documentAt(path, call, types);
  if (body === undefined) return undefined;
  if (call.method !== 'GET') throw ApiFault.methodNotAllowed();
  return withTag(call, body);
}

type Document = {readonly body: unknown; readonly contentType?: string};

function documentAt(path: string, call: ApiCall, types: Types): Document | undefined {
  switch (path) {
    case '/':
      return {body: {paths: ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version']}};
    case '/version':
      return {body: version};
    case '/api':
    case '/apis':
      return rootDocument(path, call, types);
    case '/openapi/v2':
      return {body: openApiV2(types)};
    case '/openapi/v3':
      return {body: openApiV3Index(types)};
  }
  const [root = '', first = '', second, ...rest] = path.slice(1).split('/');
  if (root === 'openapi' && first === 'v3' && second !== undefined) return found(openApiV3Document(types, [second, ...rest].join('/')));
  if (rest.length > 0) return undefined;
  if (root === 'api' && second === undefined) return found(apiResourceList(types, '', first));
  if (root !== 'apis') return undefined;
  return found(second === undefined ? apiGroup(types, first) : apiResourceList(types, first, second));
}

function found(body: unknown): Document | undefined {
  return body === undefined ? undefined : {body};
}

function rootDocument(path: '/api' | '/apis', call: ApiCall, types: Types): Document {
  const discoveryVersion = wishedDiscovery(call.headers.accept ?? '');
  if (discoveryVersion === undefined) return {body: path === '/api' ? apiVersions() : apiGroupList(types)};
  return {
    body: aggregatedDiscovery(types, path === '/api' ? 'api' : 'apis', discoveryVersion),
    contentType: `application/json;g=apidiscovery.k8s.io;v=${discoveryVersion};as=APIGroupDiscoveryList`,
  };
}

/** The first form in the Accept header that we know; plain JSON is the legacy one. */
function wishedDiscovery(accept: string): 'v2' | 'v2beta1' | undefined {
  for (const clause of accept.split(',').map(part => part.replaceAll(' ', ''))) {
    if (!clause.startsWith('application/json')) continue;
    if (!clause.includes('as=APIGroupDiscoveryList')) return undefined;
    if (clause.includes('v=v2beta1')) return 'v2beta1';
    if (clause.includes('v=v2')) return 'v2';
  }
  return undefined;
}

/** Clients keep discovery on disk and ask with the tag they have. */
function withTag(call: ApiCall, {body, contentType}: Document): ApiAnswer {
  const tag = `"${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32).toUpperCase()}"`;
  if (call.headers['if-none-match'] === tag) return {status: 304, headers: {etag: tag}, body: ''};
  const headers = {etag: tag, vary: 'Accept', 'cache-control': 'public', ...(contentType !== undefined && {'content-type': contentType})};
  return jsonAnswer(200, body, headers);
}
