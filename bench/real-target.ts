/** A real kube-apiserver as a target, where its programs are built; its audit log tells what it was asked. */
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {findControlPlane} from '../test/support/control-plane/binaries.ts';
import {loadObjects} from '../test/support/control-plane/load-objects.ts';
import {startControlPlane} from '../test/support/control-plane/start.ts';
import {benchObjects, type SeenRequest, type Target} from './target.ts';

const crds = join(import.meta.dirname, '../deploy/crds');

/** Why there is none, in one line, where it cannot run. */
export async function startRealTarget(): Promise<Target | {missing: string}> {
  const binaries = findControlPlane();
  if ('missing' in binaries) return {missing: `${binaries.missing} (npm run test:cluster builds it)`};
  const plane = await startControlPlane({auditLog: true});
  try {
    await plane.applyCrds(join(crds, 'platform'));
    await plane.applyCrds(crds);
    await loadObjects(plane, benchObjects());
  } catch (error) {
    await plane.stop();
    throw error;
  }
  return {
    name: 'kube-apiserver',
    kubeconfig: plane.user('admin').kubeconfig,
    connection: plane.connectionOf('admin'),
    requests: async () => (plane.auditLog === undefined ? [] : readAudit(plane.auditLog)),
    stop: () => plane.stop(),
  };
}

type AuditLine = {
  readonly stage: string;
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
};

/** A watch is written when it starts and when it ends, any other request when it is answered. */
async function readAudit(path: string): Promise<SeenRequest[]> {
  const seen = new Map<string, SeenRequest>();
  for (const text of (await readFile(path, 'utf8')).split('\n')) {
    if (text === '') continue;
    const line: AuditLine = JSON.parse(text);
    const {pathname, searchParams} = new URL(line.requestURI, 'https://localhost');
    const method = ['get', 'list', 'watch'].includes(line.verb) ? 'GET' : line.verb.toUpperCase();
    seen.set(line.auditID, {method, path: pathname, query: searchParams, userAgent: line.userAgent ?? ''});
  }
  return [...seen.values()];
}
