import {describe, expect, test} from 'vitest';
import type {ExecRequest} from '../../../src/domain/pod-streams.ts';
import {patroniGet, patroniSwitchover} from '../../../src/domain/postgres/member-commands.ts';
import {pod, podBench, readAll, success} from './scripted-pod.ts';

describe('read-only', () => {
  const sent = async (request: Omit<ExecRequest, 'pod'>) => {
    let upgrades = 0;
    const {streams} = await podBench(
      ({say}) => {
        upgrades += 1;
        say(3, success);
      },
      {options: {isReadOnly: true}},
    );
    await streams.exec({pod, ...request}).then(readAll, error => expect(error.name).toBe('ReadOnlyRefusal'));
    return upgrades === 1;
  };

  test.each([
    [['deckhouse-controller', 'queue', 'list']],
    [['deckhouse-controller', 'queue', 'main', '-o', 'json']],
    [['deckhouse-controller', 'module', 'values', 'user-authn']],
    [['curl', '-s', 'http://localhost:8008/cluster']],
    [['curl', '-s', '-o', '-', '-w', '\\n%{http_code}', 'http://localhost:8008/replica?lag=1MB']],
    [patroniGet('cluster')],
  ])('%j is run', async command => {
    expect(await sent({command})).toBe(true);
  });

  test.each([
    [['sh']],
    [['deckhouse-controller', 'queue', 'list', ';', 'rm']],
    [['deckhouse-controller', 'module', 'enable', 'a']],
    [['deckhouse-controller', 'module', 'values', '--kube-config=x']],
    [['curl', '-s', '-XPOST', 'http://localhost:8008/switchover']],
    [['curl', '-s', 'http://localhost:8008/restart']],
    [patroniSwitchover('shop-postgres-0', 'shop-postgres-1')],
    [['curl', '-s', 'http://localhost:8008/cluster\n@/etc/passwd']],
    [['curl', '-s', 'http://evil:8008/cluster']],
    [[]],
  ])('%j is not', async command => {
    expect(await sent({command})).toBe(false);
  });

  test('nothing that is fed, attached or forwarded goes out', async () => {
    expect(await sent({command: ['deckhouse-controller', 'queue', 'list'], hasInput: true})).toBe(false);
    expect(await sent({command: ['deckhouse-controller', 'queue', 'list'], isTerminal: true})).toBe(false);
    const {streams} = await podBench(() => undefined, {options: {isReadOnly: true}});
    await expect(streams.attach({pod})).rejects.toMatchObject({name: 'ReadOnlyRefusal'});
    await expect(streams.connectPort({pod, port: 80})).rejects.toMatchObject({name: 'ReadOnlyRefusal'});
  });
});
