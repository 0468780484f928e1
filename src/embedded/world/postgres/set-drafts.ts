/** The pods and claims of a StatefulSet, as its controller makes them. */
import {type Fields, readFields, readList, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {podOf} from '../reactions/workloads/pods.ts';
import type {Draft} from '../world-client.ts';
import {claimFinalizer} from './volume-controller.ts';

export function claimDraft(set: KubeObject, template: unknown, name: string): Draft {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace: set.metadata.namespace ?? '',
      labels: {...texts(readFields(set, 'spec.selector.matchLabels')), ...texts(readFields(template, 'metadata.labels'))},
      annotations: texts(readFields(template, 'metadata.annotations')),
      finalizers: [claimFinalizer],
    },
    spec: readFields(template, 'spec'),
  };
}

export function podDraft(set: KubeObject, name: string, revision: string): Draft {
  const template = readFields(set, 'spec.template');
  const spec = readFields(template, 'spec');
  const claims = readList(set, 'spec.volumeClaimTemplates').map(claim => {
    const own = readString(claim, 'metadata.name') ?? '';
    return {name: own, persistentVolumeClaim: {claimName: `${own}-${name}`}};
  });
  const labels = {'controller-revision-hash': revision, 'statefulset.kubernetes.io/pod-name': name};
  const pod = podOf(set, name, {...template, spec: {...spec, volumes: [...readList(spec, 'volumes'), ...claims]}}, labels);
  return {...pod, spec: {...readFields(pod, 'spec'), hostname: name, subdomain: readString(set, 'spec.serviceName') ?? name}};
}

function texts(fields: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}
