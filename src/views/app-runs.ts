/** What the shell itself does about runs: undo of the last one, and leaving while some are in progress. */
import {phrase} from '../domain/messages/phrase.ts';
import {isFinished} from '../domain/run.ts';
import type {App} from './app.ts';
import {goInto} from './navigation.ts';
import {handleOf} from './runs-screen.ts';

/** Of the last run that was asked for here: a new run that takes it back, or the run itself while it goes on. */
export function undoLast(app: App): void {
  const last = app.runsStarted.at(-1);
  const run = app.session
    .desk()
    ?.runs()
    .find(({meta}) => meta.uid === last?.uid);
  if (run === undefined) {
    app.flash(phrase('undo.nothing'), 'dim');
    return;
  }
  if (!isFinished(run)) {
    app.flash(phrase('undo.stillRuns', run.meta.name), 'waiting');
    app.visit(goInto(app.remembered(), {kind: 'run', run: handleOf(run), tab: 'progress'}));
    return;
  }
  const {target, ...parameters} = run.spec.parameters;
  const draft = {
    runbook: run.spec.runbook.name,
    targets: typeof target === 'string' ? [target] : [],
    parameters,
    undoOf: {name: run.meta.name, uid: run.meta.uid},
  };
  app.visit(goInto(app.remembered(), {kind: 'plan', draft}));
}

/** Runs that have not ended are named first; asked again, it leaves, and they are handed over. */
export function leave(app: App): void {
  const inHand = app.session.desk()?.inHand() ?? [];
  const warning = phrase('quit.runs', inHand.length, inHand.map(({meta}) => meta.name).join(', '));
  if (inHand.length === 0 || app.state.getState().flash?.text === app.say(warning)) app.options.quit();
  else app.flash(warning, 'waiting');
}
