/** The parameter form: what is missing is asked for, choices come from the cluster, errors stand beside their field, secrets stay unseen. */
import {expect, test} from 'vitest';
import {russian} from '../../../src/domain/messages/russian.ts';
import {moduleObject, node} from '../../support/objects.ts';
import {entryOf, planOf, type ScriptedDesk, same} from '../../support/scripted-desk.ts';
import {type BenchOptions, openBench, type ViewBench} from '../../support/view-bench.tsx';

const field = {type: 'string', words: same('a value'), isRequired: false, hasChoices: false, isClosed: false} as const;
const moduleTarget = {group: 'deckhouse.io', plural: 'modules', kind: 'Module', isNamespaced: false};
const source = entryOf('module-source-switch', {
  target: moduleTarget,
  parameters: [{...field, name: 'source', isRequired: true, hasChoices: true, isClosed: true, words: same('the source of later releases')}],
});
const add = entryOf('module-source-add', {
  target: moduleTarget,
  isNew: true,
  parameters: [
    {...field, name: 'repo', isRequired: true},
    {...field, name: 'dockerCfgFrom', type: 'secret'},
    {...field, name: 'insecure', type: 'boolean', default: false},
    {...field, name: 'settings', type: 'fields'},
    {...field, name: 'count', type: 'integer'},
  ],
});

function bench(options: BenchOptions = {}, prepare: (desk: ScriptedDesk) => void = () => undefined): Promise<ViewBench> {
  return openBench(
    {objects: [moduleObject('console'), moduleObject('prometheus'), node('worker-1')], command: 'modules', ...options},
    desk => {
      desk.entries = [source, add];
      desk.offers = {source: ['deckhouse', 'extra', 'external']};
      prepare(desk);
    },
  );
}

test('what an action does not know is asked for, with the choices of the cluster', async () => {
  const {press, screen, type, desk} = await bench();
  await press('s');
  expect(screen()).toContain('Title of module-source-switch');
  expect(screen()).toMatch(/target +console/);
  expect(screen()).toContain('the source of later releases');
  expect(screen()).toContain('deckhouse  extra  external');
  await type('ext');
  expect(screen()).toContain('extra  external');
  await press('tab', 'enter');
  expect(desk.submitted).toEqual([]);
  expect(screen()).toContain('Title of module-source-switch  console');
  await press('y');
  expect(desk.submitted).toMatchObject([{request: {runbook: 'module-source-switch', parameters: {source: 'extra', target: 'console'}}}]);
});

test('a text begins in the same column whether or not the cursor is on its row', async () => {
  const {press, type, screen} = await bench({command: 'runbooks'});
  await press('j', 'enter');
  await type('new-source');
  await press('down');
  await type('here');
  const columnOf = (text: string): number | undefined =>
    screen()
      .split('\n')
      .find(each => each.includes(text))
      ?.indexOf(text);
  const at = columnOf('here');
  await press('up');
  expect([columnOf('here'), columnOf('new-source')]).toEqual([at, at]);
});

test('what is missing or wrong is said beside its field, and nothing is asked of the cluster', async () => {
  const {press, screen, type, desk} = await bench({command: 'runbooks'});
  await press('j', 'enter');
  await type('new-source');
  await press('ctrl-s');
  expect(screen()).toMatch(/repo .*\n.*▲ is required/);
  await type('registry.example.com/modules');
  await press('down', 'down', 'down');
  await type('[1]');
  await press('down');
  await type('3x');
  await press('enter');
  expect(screen()).toContain('▲ must be an object');
  expect(screen()).toContain('▲ must be a whole number');
  expect(desk.plansMade).toBe(0);
});

test('a complaint of the runbook about one parameter stands beside it, and what was typed stays', async () => {
  const {press, screen, type} = await bench({}, desk => {
    desk.answerPlan = () => ({
      kind: 'refused',
      reason: 'BadParameter',
      message: 'parameter source is nowhere, which the cluster does not offer',
      parameter: 'source',
    });
  });
  await press('s');
  await type('nowhere');
  await press('enter');
  expect(screen()).toMatch(/source +nowhere.*\n.*▲ is nowhere, which the cluster does not offer/);
});

test('a complaint in Russian stands beside its field too', async () => {
  const {press, screen, type} = await bench({catalogue: russian}, desk => {
    const message = 'parameter source is nowhere';
    desk.answerPlan = () => ({
      kind: 'refused',
      reason: 'BadParameter',
      message,
      parameter: 'source',
      words: {en: message, ru: 'параметр source равен nowhere, а кластер такого не предлагает'},
    });
  });
  await press('s');
  await type('nowhere');
  await press('enter');
  expect(screen()).toMatch(/source +nowhere.*\n.*▲ равен nowhere, а кластер такого не предлагает/);
});

test('a secret is typed out of sight, handed to the desk alone, and not asked for again', async () => {
  const {press, screen, type, desk} = await bench({command: 'runbooks'});
  await press('j', 'enter');
  await type('new-source');
  await press('enter');
  await type('registry.example.com/modules');
  await press('enter');
  await type('hunter2');
  expect(screen()).toContain('•••••••');
  expect(screen()).not.toContain('hunter2');
  await press('ctrl-s');
  expect(desk.masked.get('masked:dockerCfgFrom')).toBe('hunter2');
  await press('esc');
  expect(screen()).toContain('typed before, kept');
  await press('ctrl-s', 'y');
  expect(desk.submitted).toMatchObject([
    {request: {parameters: {dockerCfgFrom: 'masked:dockerCfgFrom', repo: 'registry.example.com/modules', insecure: false}}},
  ]);
  expect(JSON.stringify([desk.submitted, desk.audited])).not.toContain('hunter2');
});

test('a Secret can be named in place of typing it', async () => {
  const {press, screen, type, desk} = await bench({command: 'runbooks'});
  await press('j', 'enter');
  await type('new-source');
  await press('enter');
  await type('repo.example.com');
  await press('enter', 'ctrl-n');
  await type('d8-system/registry/.dockerconfigjson');
  expect(screen()).toContain('d8-system/registry/.dockerconfigjson');
  await press('ctrl-s', 'y');
  expect(desk.submitted).toMatchObject([{request: {parameters: {dockerCfgFrom: 'd8-system/registry/.dockerconfigjson'}}}]);
});

test('the target of a catalogue entry is completed with the names of its kind', async () => {
  const {press, screen, type} = await bench({command: 'runbooks'});
  await press('enter');
  expect(screen()).toContain('console  prometheus');
  await type('pro');
  await press('tab');
  expect(screen()).toMatch(/target +prometheus/);
});

test('a value of many lines is written in $EDITOR', async () => {
  const {press, screen, type} = await bench({command: 'runbooks', editor: () => 'logLevel: Debug\n', rows: 40}, desk => {
    desk.answerPlan = request => ({kind: 'planned', plan: planOf(request)});
  });
  await press('j', 'enter');
  await type('x');
  await press('enter');
  await type('y');
  await press('down', 'down', 'down', 'ctrl-o');
  await expect.poll(screen).toMatch(/settings +logLevel: Debug/);
});

test('why the whole of it cannot be planned is read to its end, on a narrow screen as well', async () => {
  const message = `nothing says where it is to be kept: ${'give one of the places that this cluster has, '.repeat(3)}or none`;
  const {press, type, words} = await bench({columns: 60}, desk => {
    desk.answerPlan = () => ({kind: 'refused', reason: 'NoDestination', message});
  });
  await press('s');
  await type('extra');
  await press('enter');
  expect(words()).toContain(message);
});

test('a value that is needed of some targets alone says of which, and the refusal that asks for it stands beside it', async () => {
  const keysTo = {...field, name: 'keysTo', neededFor: {en: 'needed for a vault', ru: 'нужно для хранилища'}};
  const asked = `nothing says where the keys are to be kept: ${'give one of the places that this cluster has, '.repeat(2)}or none`;
  const {press, screen, words, type, desk} = await bench({}, each => {
    each.entries = [
      entryOf('module-source-switch', {target: moduleTarget, parameters: [keysTo, {...field, name: 'note', isRequired: true}]}),
    ];
    each.answerPlan = () => ({kind: 'refused', reason: 'NoDestination', message: asked, parameter: 'keysTo'});
  });
  await press('s');
  expect(screen()).toMatch(/keysTo .*needed for a vault/);
  await type('x');
  await press('ctrl-s');
  await expect.poll(words).toContain(asked);
  await type('file:/keys');
  await press('ctrl-s');
  expect(screen()).toMatch(/keysTo +file:\/keys/);
  expect(desk.submitted).toEqual([]);
});

test.each([
  ['space', 'true'],
  ['left', 'true'],
  ['t', 'true'],
  ['f', 'false'],
  ['y', 'true'],
  ['е', 'true'],
  ['x', 'false'],
])('%s on a field of yes or no that says false leaves %s', async (key, expected) => {
  const {press, screen} = await bench({command: 'runbooks'});
  await press('j', 'enter', 'down', 'down', 'down', key);
  expect(screen()).toMatch(new RegExp(`insecure +${expected}$`, 'm'));
});

test('yes or no that is typed out comes to what it says, and can be taken out again', async () => {
  const {press, type, screen} = await bench({command: 'runbooks'});
  await press('j', 'enter', 'down', 'down', 'down');
  await type('true');
  expect(screen()).toMatch(/insecure +true$/m);
  await press('ctrl-u');
  expect(screen()).toMatch(/insecure .*may be left empty/);
});

test('fixed choices are gone through with one key, and typing takes the place of what was picked', async () => {
  const {press, type, screen} = await bench();
  await press('s', 'space');
  expect(screen()).toMatch(/source +deckhouse$/m);
  await press('right', 'right', 'right', 'left');
  expect(screen()).toMatch(/source +external$/m);
  await type('ex');
  expect(screen()).toMatch(/source +extra$/m);
  expect(screen()).toContain('extra  external');
});

test('help and all actions are one key away while a field is typed in, and the footer says so', async () => {
  const {press, screen} = await bench({command: 'runbooks'});
  await press('j', 'enter');
  for (let at = 0; at < 6; at++) {
    expect(screen()).toContain('ctrl-g help');
    await press('down');
  }
  await press('ctrl-g');
  expect(screen()).toContain('keys of this screen');
  expect(screen()).not.toMatch(/target +required/);
  await press('ctrl-g', 'ctrl-p');
  expect(screen()).toContain('Title of module-source-add (module-source-add)');
});
