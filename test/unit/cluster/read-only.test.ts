import {describe, expect, test} from 'vitest';
import {ReadOnlyRefusal} from '../../../src/cluster/read-only.ts';
import {openTransport} from './open-transport.ts';
import {servePlain} from './scripted-server.ts';

describe('read-only', () => {
  test.each([
    ['POST', '/api/v1/namespaces'],
    ['PUT', '/api/v1/namespaces/a'],
    ['PATCH', '/api/v1/nodes/a?fieldManager=x'],
    ['DELETE', '/api/v1/namespaces/a'],
    ['POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews'],
    ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/x'],
    ['GET', '/api/v1/namespaces/a/pods/b/exec?command=rm'],
    ['GET', '/api/v1/namespaces/a/services/b/proxy/delete'],
    ['GET', '/api/v1/nodes/a/proxy/run'],
    ['GET', '/api/v1/namespaces/a/pods/b/%65xec?command=rm'],
    ['GET', '/api/v1/namespaces/a/pods/b%2Fexec?command=rm'],
    ['GET', '/api/v1/namespaces/a/pods/../pods/b/exec'],
    ['GET', '/api/v1/proxy/namespaces/a/services/b'],
    ['GET', '/api/v1/namespaces/a/pods/%'],
  ] as const)('%s %s is not sent', async (method, path) => {
    const {url, requests} = await servePlain((_request, response) => response.end());
    const answer = openTransport({server: url}).request({method, path});
    await expect(answer).rejects.toBeInstanceOf(ReadOnlyRefusal);
    await expect(answer).rejects.toThrow(`read-only: ${method} ${path.split('?')[0]} was not sent`);
    expect(requests).toHaveLength(0);
  });

  test.each([
    ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'],
    ['POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews?timeout=5s'],
    ['POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews'],
    ['GET', '/api/v1/namespaces/a/pods/b/log?follow=true'],
    ['GET', '/apis/apps/v1/deployments'],
    ['GET', '/api/v1/namespaces/proxy/pods?limit=500'],
    ['GET', '/api/v1/namespaces/exec/pods/attach/log'],
    ['GET', '/api/v1/namespaces/proxy'],
    ['GET', '/apis/example.org/v1/proxy/exec'],
  ] as const)('%s %s is sent', async (method, path) => {
    const {url, requests} = await servePlain((_request, response) => response.end());
    await openTransport({server: url}).request({method, path});
    expect(requests).toHaveLength(1);
  });

  test('writes go out where the transport is not read-only', async () => {
    const {url, requests} = await servePlain((_request, response) => response.end());
    await openTransport({server: url}, {isReadOnly: false}).request({method: 'DELETE', path: '/api/v1/namespaces/a'});
    expect(requests[0]?.method).toBe('DELETE');
  });
});
