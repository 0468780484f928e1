/** Pods: kubectl's columns; Enter opens the containers. */
import {humanDuration} from '../domain/age.ts';
import {terminationWord} from '../domain/container-status.ts';
import {type PodFacts, readPod} from '../domain/pod.ts';
import {type ContainerFacts, judgeContainer, readContainers, stateText} from '../domain/pod-container.ts';
import {judgePod} from '../domain/pod-verdict.ts';
import {defineView, type Parts, type Seen} from './define-view.ts';

export const pods = defineView<PodFacts>({
  name: 'pods',
  resource: {group: '', plural: 'pods', versions: ['v1']},
  aliases: ['po', 'pod'],
  facts: readPod,
  columns: [
    {title: 'READY', kind: 'text', value: pod => `${pod.readyContainers}/${pod.totalContainers}`},
    {title: 'STATUS', kind: 'text', value: pod => pod.status},
    {title: 'RESTARTS', kind: 'number', leaves: 'early', value: pod => pod.restarts, text: restartsText},
    {title: 'IP', kind: 'text', priority: 1, isAfterAge: true, value: pod => pod.ip},
    {title: 'NODE', kind: 'text', priority: 1, isAfterAge: true, value: pod => pod.node},
    {title: 'NOMINATED NODE', kind: 'text', priority: 1, leaves: 'first', isAfterAge: true, value: pod => pod.nominatedNode},
    {title: 'READINESS GATES', kind: 'text', priority: 1, leaves: 'first', isAfterAge: true, value: pod => pod.readinessGates},
  ],
  hasAge: true,
  verdict: (pod, seen) => judgePod(pod, seen.now),
  parts: containers(),
});

function containers(): Parts<ContainerFacts> {
  return {
    name: 'containers',
    parts: readContainers,
    partName: container => container.name,
    columns: [
      {title: 'TYPE', kind: 'text', value: container => container.type},
      {title: 'READY', kind: 'text', value: container => container.status && String(container.status.isReady)},
      {title: 'STATE', kind: 'text', value: container => stateText(container.status?.state)},
      {title: 'RESTARTS', kind: 'number', value: container => container.status?.restarts},
      {
        title: 'LAST STATE',
        kind: 'text',
        value: container => container.status?.lastTermination && terminationWord(container.status.lastTermination),
      },
      {title: 'IMAGE', kind: 'text', value: container => container.image},
    ],
    verdict: (container, seen) => judgeContainer(container, seen.now),
  };
}

function restartsText({restarts, lastRestartAt}: PodFacts, seen: Seen): string {
  return restarts === 0 || lastRestartAt === undefined ? String(restarts) : `${restarts} (${humanDuration(seen.now - lastRestartAt)} ago)`;
}
