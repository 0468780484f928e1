/** A rehearsal carries a plan out on a copy of what it looks at, kinds of the platform among it, or says at once that it cannot. */
import {expect, test} from 'vitest';
import {makeEngineParts} from '../../../../src/cli/desk/engine-parts.ts';
import type {PlanningParts} from '../../../../src/cli/desk/plan-request.ts';
import {rehearse} from '../../../../src/cli/desk/rehearse.ts';
import type {Fields} from '../../../../src/domain/fields.ts';
import type {RehearsalAnswer} from '../../../../src/domain/run-desk.ts';
import type {Runbook} from '../../../../src/engine/define-runbook.ts';
import {createGatekeeper} from '../../../../src/engine/gatekeeper.ts';
import {moduleMaintenance} from '../../../../src/runbooks/module-maintenance.ts';
import {postgresSwitchover} from '../../../../src/runbooks/postgres-switchover.ts';
import {moduleConfigKind} from '../../../../src/runbooks/targets.ts';
import {configDraft, moduleDraft} from '../../../support/module-drafts.ts';
import {inhabitedBy} from '../../../support/postgres-platform.ts';
import {type KitOptions, RunKit, requester} from '../../../support/run-kit.ts';

type Tried = {readonly kit: RunKit; readonly answer: RehearsalAnswer; readonly asked: number};

async function tryOn(runbook: Runbook, parameters: Fields, options: Partial<KitOptions>): Promise<Tried> {
  const kit = await RunKit.start({runbooks: [runbook], ...options});
  let asked = 0;
  const {ports, ...rest} = makeEngineParts({port: kit.port, clock: kit.clock, random: () => 0.5});
  const exec = async () => {
    asked += 1;
    return {exitCode: 0, stdout: '', stderr: ''};
  };
  const parts: PlanningParts = {
    ...rest,
    ports: {...ports, exec},
    gatekeeper: createGatekeeper({ports, isTrusting: true, self: requester}),
    namespace: 'deckhand',
    findRunbook: () => runbook,
    history: () => [],
  };
  return {kit, answer: await rehearse(parts, {runbook: runbook.name, parameters}, kit.clock.now()), asked};
}

test('of a kind of the platform comes to its end, and nothing real is changed', async () => {
  const objects = [moduleDraft('console', {}, 'Ready'), configDraft('console', {enabled: true, maintenance: 'NoResourceReconciliation'})];
  const before = await RunKit.start({runbooks: [moduleMaintenance], objects});
  const config = {kind: moduleConfigKind, name: 'console'};
  const {kit, answer} = await tryOn(moduleMaintenance, {target: 'console', on: false}, {objects});
  expect(answer).toMatchObject({kind: 'rehearsed', run: {status: {phase: 'Succeeded'}}});
  expect((await kit.object(config)).spec).toEqual((await before.object(config)).spec);
});

test('of one that needs answers from inside pods is refused before anybody is asked', async () => {
  const {answer, asked} = await tryOn(
    postgresSwitchover,
    {target: 'd8-commander/commander-postgres'},
    inhabitedBy(
      {isHighlyAvailable: true},
      () => ({}),
      () => undefined,
    ),
  );
  expect(answer).toMatchObject({kind: 'refused', reason: 'AsksInside'});
  expect(asked).toBe(0);
});
