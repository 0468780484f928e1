/** The runs that are changing one object: a line on its page for each, and the key that opens the first. */
import {phrase} from '../domain/messages/phrase.ts';
import type {Resource} from '../domain/resource.ts';
import {isFinished, type Run, targetText} from '../domain/run.ts';
import type {Binding} from '../ui/keymap.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import {type LineMaker, paragraph} from './plan-lines.ts';
import {phaseLook} from './run-look.ts';
import type {ScreenContext} from './screen.ts';

type Target = {readonly resource: Resource; readonly namespace: string | undefined; readonly name: string};

export function runsOn({session}: ScreenContext, {resource, namespace, name}: Target): readonly Run[] {
  const desk = session.desk();
  if (desk === undefined) return [];
  const runbooks = new Set(
    desk
      .catalogue()
      .filter(({target}) => target?.group === resource.group && target.plural === resource.plural)
      .map(entry => entry.name),
  );
  const text = namespace === undefined ? name : `${namespace}/${name}`;
  return desk.runs().filter(run => runbooks.has(run.spec.runbook.name) && targetText(run.spec) === text && !isFinished(run));
}

export function runsOnLines(runs: readonly Run[], maker: LineMaker): readonly PaneLine[] {
  const {theme, say} = maker;
  return runs.flatMap(({meta, status: {phase, steps, current}}) => {
    const {glyph, tone} = phaseLook(phase, theme.glyphs);
    const at = steps.findIndex(({id}) => id === current);
    const step = at < 0 ? '' : say(phrase('picture.stepOf', at + 1, steps.length));
    const gate = phase === 'AwaitingApproval' ? steps[at]?.gate?.id : undefined;
    return paragraph(maker, `${glyph} ${say(phrase('picture.run', meta.name, step, gate))}`, 1, tone);
  });
}

export function runsOnBindings({say, goInto}: ScreenContext, [run]: readonly Run[]): readonly Binding[] {
  if (run === undefined) return [];
  const {namespace, name, uid} = run.meta;
  return [
    {
      id: 'picture.run',
      keys: ['o'],
      title: say(phrase('picture.openRun')),
      isInFooter: true,
      group: say(phrase('group.page')),
      run: () => goInto({kind: 'run', run: {namespace, name, uid}, tab: 'progress'}),
    },
  ];
}
