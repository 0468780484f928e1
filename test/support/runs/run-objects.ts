/** RunbookRuns and RunbookApprovals on an API server of a test: made, read and changed as their holder or a person does it. */
import type {ApiClient} from '../control-plane/api-client.ts';
import {ApiError} from '../control-plane/api-client.ts';

export type Fields = {readonly [field: string]: unknown};

export type RunObject = {
  readonly metadata: {readonly name: string; readonly uid: string; readonly resourceVersion: string; readonly generation: number};
  readonly spec: Fields;
  readonly status?: Fields;
};

const group = '/apis/deckhand.dev/v1alpha1';
export const runsNamespace = 'deckhand';
const runs = `${group}/namespaces/${runsNamespace}/runbookruns`;
const approvals = `${group}/namespaces/${runsNamespace}/runbookapprovals`;

export const leastSpec = {runbook: {name: 'node-cordon'}, parameters: {target: 'worker-1'}};

export function createRun(api: ApiClient, spec: Fields = leastSpec, name?: string): Promise<RunObject> {
  const metadata = name === undefined ? {generateName: 'run-'} : {name};
  return api.send<RunObject>({method: 'POST', path: runs, body: {apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookRun', metadata, spec}});
}

export function readRunObject(api: ApiClient, run: RunObject): Promise<RunObject> {
  return api.send<RunObject>({path: `${runs}/${run.metadata.name}`});
}

export function createApproval(api: ApiClient, spec: Fields): Promise<RunObject> {
  const body = {apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookApproval', metadata: {generateName: 'approval-'}, spec};
  return api.send<RunObject>({method: 'POST', path: approvals, body});
}

/** A merge patch: null takes a field away. */
export function patchRun(api: ApiClient, run: RunObject, body: Fields, subresource = ''): Promise<RunObject> {
  const path = `${runs}/${run.metadata.name}${subresource}`;
  return api.send<RunObject>({method: 'PATCH', path, body, contentType: 'application/merge-patch+json'});
}

export function patchStatus(api: ApiClient, run: RunObject, status: Fields | null): Promise<RunObject> {
  return patchRun(api, run, {status}, '/status');
}

export function patchApproval(api: ApiClient, approval: RunObject, body: Fields): Promise<RunObject> {
  const path = `${approvals}/${approval.metadata.name}`;
  return api.send<RunObject>({method: 'PATCH', path, body, contentType: 'application/merge-patch+json'});
}

export function deleteRun(api: ApiClient, run: RunObject): Promise<unknown> {
  return api.send({method: 'DELETE', path: `${runs}/${run.metadata.name}`});
}

/** What the server said as it refused; a request that it granted fails the test. */
export async function refusalOf(request: Promise<unknown>): Promise<string> {
  try {
    await request;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 422 || error.status === 403)) return error.message;
    throw error;
  }
  throw new Error('the API server granted what it had to refuse');
}
