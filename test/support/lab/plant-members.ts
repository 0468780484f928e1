/** Pods of one database with their volumes, made by hand: for tests that need members and nothing around them. */
import type {KubePort} from '../../../src/domain/kube-port.ts';
import {dataMount, memberContainer} from '../../../src/domain/postgres/member-commands.ts';
import type {LabGround} from './lab-ground.ts';

export type Planted = {readonly namespace: string; readonly scope: string; readonly nodes: readonly string[]};

const mergePatch = 'application/merge-patch+json';

export async function plantMembers(port: KubePort, ground: LabGround, {namespace, scope, nodes}: Planted): Promise<string[]> {
  const send = async (method: 'POST' | 'PATCH', path: string, body: object): Promise<void> => {
    const headers = method === 'PATCH' ? {'content-type': mergePatch} : {};
    const answer = await port.request({method, path, headers, body: JSON.stringify(body)});
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.body}`);
  };
  await send('POST', '/api/v1/namespaces', {metadata: {name: namespace}});
  const collection = `/api/v1/namespaces/${namespace}`;
  const names = nodes.map((_, ordinal) => `${scope}-${ordinal}`);
  for (const [ordinal, name] of names.entries()) {
    const [claim, volume] = [`pgdata-${name}`, `volume-of-${name}`];
    ground.makeVolume(volume);
    const resources = {requests: {storage: '1Gi'}};
    await send('POST', `${collection}/persistentvolumeclaims`, {
      metadata: {name: claim},
      spec: {accessModes: ['ReadWriteOnce'], resources, volumeName: volume},
    });
    await send('PATCH', `${collection}/persistentvolumeclaims/${claim}/status`, {status: {phase: 'Bound'}});
    await send('POST', `${collection}/pods`, {
      metadata: {name, labels: {application: 'spilo', 'cluster-name': scope}},
      spec: {
        nodeName: nodes[ordinal],
        containers: [{name: memberContainer, image: 'registry.example/spilo:15', volumeMounts: [{name: 'pgdata', mountPath: dataMount}]}],
        volumes: [{name: 'pgdata', persistentVolumeClaim: {claimName: claim}}],
      },
    });
  }
  return names;
}
