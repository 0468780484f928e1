/** The built program, killed at every write of a run: another one brings it to the same end, with each effect done once. */
import {afterAll, beforeAll, describe, test} from 'vitest';
import type {Run} from '../../src/domain/run.ts';
import type {Draft, Ref} from '../../src/embedded/world/world-client.ts';
import type {Program} from '../support/dashboard.ts';
import {KillArena, type Strike, type Surroundings} from '../support/kills/kill-arena.ts';
import {buildSampleProgram} from '../support/kills/sample-program.ts';
import {moduleDraft, releaseDraft} from '../support/module-drafts.ts';
import {groupDraft, nodeDraft} from '../support/node-drafts.ts';
import {essence} from '../support/object-essence.ts';

type Scenario = {
  readonly runbook: string;
  /** What is there before any run. */
  readonly world: readonly Draft[];
  /** The target of the n-th run. */
  readonly target: (n: number) => Draft;
  readonly surroundings?: Surroundings;
};

const api = 'deckhouse.io/v1alpha1';
const reinstall = 'modules.deckhouse.io/reinstall';
/** A runbook of one or two steps makes about fifteen. */
const writesMax = 40;
/** What is killed after one write finds the same world as what is killed before the next; the soak tries both. */
const moments: readonly Strike['when'][] = process.env.DECKHAND_SOAK === undefined ? ['after'] : ['before', 'after'];

const scenarios: Readonly<Record<string, Scenario>> = {
  K8sCas: {runbook: 'node-cordon', world: [groupDraft('worker')], target: n => nodeDraft(`worker-${n}`)},
  Keyed: {runbook: 'sample-keyed', world: [], target: n => nodeDraft(`worker-${n}`)},
  Probed: {
    runbook: 'module-release-reinstall',
    world: [moduleDraft('console', {source: 'deckhouse', version: 'v1.2.3'}, 'Ready')],
    target: n => ({...releaseDraft('1.2.3', 'Deployed'), metadata: {name: `console-v1.2.3-${n}`, labels: {module: 'console'}}}),
    surroundings: async ({world}, {spec}) => {
      const ref = {apiVersion: api, kind: 'ModuleRelease', name: String(spec.parameters.target)};
      const release = await world.find(ref);
      if (release?.metadata.annotations?.[reinstall] === 'true') await world.patch(ref, {metadata: {annotations: {[reinstall]: null}}});
    },
  },
  HumanConfirmed: {
    runbook: 'sample-human',
    world: [],
    target: n => nodeDraft(`worker-${n}`),
    surroundings: (arena, run) => arena.consent(run),
  },
};

let program: Program;
beforeAll(async () => {
  program = await buildSampleProgram();
});
afterAll(() => program?.remove());

describe.concurrent('killed at any write', () => {
  test.for(Object.entries(scenarios))('%s', {timeout: 600_000}, async ([, scenario], {expect: expects}) => {
    const arena = await KillArena.start(program, scenario.world);
    try {
      const expected = (await carry(arena, scenario, 0)).end;
      const strikes = Array.from({length: writesMax}, (_, index) => moments.map(when => ({write: index + 1, when}))).flat();
      strikes.unshift({write: 1, when: 'before'});
      let kills = 0;
      for (const [index, strike] of strikes.entries()) {
        const {end, isStruck} = await carry(arena, scenario, index + 1, strike);
        expects({strike, end}).toEqual({strike, end: expected});
        if (!isStruck) break;
        kills += 1;
      }
      // It made fewer writes than that: each of them was tried.
      expects(kills).toBeLessThan(strikes.length);
      expects(kills).toBeGreaterThan(10);
    } finally {
      await arena.close();
    }
  });
});

type Ended = {readonly end: unknown; readonly isStruck: boolean};

async function carry(arena: KillArena, {runbook, target, surroundings}: Scenario, n: number, strike?: Strike): Promise<Ended> {
  const draft = target(n);
  const {name} = draft.metadata;
  await arena.world.create(draft);
  const {run, isStruck} = await arena.carry(`run-${n}`, runbook, name, surroundings ?? (async () => undefined), strike);
  const log = await arena.log(run);
  const kinds = log.map(({kind}) => kind).filter(kind => kind === 'planned' || kind === 'finished');
  const found = await arena.world.find(refOf(draft));
  const end = {
    phase: run.status.phase,
    progress: run.status.progress,
    steps: run.status.steps.map(({id, state}) => `${id} ${state}`),
    finished: kinds.filter(kind => kind === 'finished').length > 0,
    effects: arena.effects,
    target: essence(found),
  };
  return {end: unnamed(end, run, name), isStruck};
}

function refOf({apiVersion, kind, metadata: {name}}: Draft): Ref {
  return {apiVersion, kind, name};
}

/** What differs from run to run by its name alone is made the same. */
function unnamed(end: unknown, {meta}: Run, target: string): unknown {
  return JSON.parse(JSON.stringify(end).replaceAll(meta.uid, 'UID').replaceAll(target, 'TARGET'));
}
