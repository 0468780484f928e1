/** The keys of a pod: a shell in it, its log, its ports. k9s's keys. */
import {phrase} from '../domain/messages/phrase.ts';
import type {PodPurpose} from '../domain/pod-parts.ts';
import type {Binding} from '../ui/keymap.ts';
import type {ScreenContext} from './screen.ts';

export type PodChosen = {readonly namespace: string; readonly name: string};

/** `pod` is undefined where none is selected. */
export function podBindings(context: ScreenContext, pod: PodChosen | undefined): readonly Binding[] {
  const {say, session} = context;
  const {readOnly} = session.facts();
  const group = say(phrase('group.pod'));
  const none = pod === undefined ? {disabledReason: say(phrase('key.nothingSelected'))} : {};
  const off = readOnly === undefined ? none : {disabledReason: say(phrase('gate.off', readOnly))};
  const choose = (purpose: PodPurpose) => () => {
    if (pod !== undefined) context.goInto({kind: 'pod-choice', resource: 'pods', purpose, ...pod});
  };
  return [
    {id: 'pod.log', keys: ['l'], title: say(phrase('key.podLog')), isInFooter: true, group, ...none, run: choose('log')},
    {id: 'pod.shell', keys: ['s'], title: say(phrase('key.podShell')), isInFooter: true, group, ...off, run: choose('shell')},
    {id: 'pod.ports', keys: ['F'], title: say(phrase('key.podPorts')), group, ...off, run: choose('ports')},
  ];
}
