/** Opens terminals, logs and ports for the shell: asks whether that may be, starts it, and shows it. */
import {TransportError} from '../domain/kube-port.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {PodPart} from '../domain/pod-parts.ts';
import type {PodStreams} from '../domain/pod-streams.ts';
import {StatusError} from '../domain/status-error.ts';
import type {App} from './app.ts';
import type {Occupation} from './background.ts';
import {ProgramRefused} from './local-programs.ts';
import {currentPlace, goInto, goUp, type Place, type PodChoicePlace, remember} from './navigation.ts';
import {PodLog} from './pod-log.ts';
import {openPodShell} from './pod-terminal.ts';

/** A local shell for the context that is open. */
export async function openShell(app: App): Promise<void> {
  if (isRefused(app)) return;
  const {context} = app.session.facts();
  const title = app.say(phrase('terminal.kind.shell'));
  await show(app, () =>
    app.background.openTerminal({kind: 'shell', title, context, start: size => app.options.programs.openShell(context, size)}),
  );
}

/** The text as the user's editor left it; undefined where it was left as it was, or could not be edited. */
export async function editText(app: App, initial: string, fileName: string): Promise<string | undefined> {
  if (isRefused(app)) return undefined;
  const {context} = app.session.facts();
  let edited: Promise<string | undefined> = Promise.resolve(undefined);
  const terminal = await show(app, () =>
    app.background.openTerminal({
      kind: 'editor',
      title: fileName,
      context,
      async start(size) {
        const editing = await app.options.programs.openEditor(initial, fileName, size);
        edited = editing.edited;
        return editing.session;
      },
    }),
  );
  if (terminal === undefined) return undefined;
  const text = await edited;
  const exit = await terminal.session.exit;
  // A failed editor stays, so that it can be read why; any other has nothing more to show.
  if (exit.kind !== 'exited' || exit.code !== 0) return undefined;
  const place = currentPlace(app.history);
  if (place.kind === 'terminal' && place.id === terminal.id) app.visit(goUp(app.history) ?? app.history);
  app.background.close(terminal.id);
  return text;
}

/** A shell in a container, its log, or one of the pod's ports, in the place of the choice. */
export async function openPodPart(app: App, {namespace, name, purpose}: PodChoicePlace, part: PodPart): Promise<void> {
  if (purpose !== 'log' && isRefused(app)) return;
  const {session: cluster} = app;
  const streams = cluster.streams();
  if (streams === undefined) return;
  const pod = {namespace, name};
  const {container, port} = part;
  const common = {title: `${namespace}/${name} · ${port ?? container}`, context: cluster.facts().context, cluster};
  const say = app.say.bind(app);
  switch (purpose) {
    case 'shell':
      await show(app, () =>
        app.background.openTerminal({...common, kind: 'pod', pod, start: size => openPodShell(streams, {pod, container}, size, say)}),
      );
      return;
    case 'log': {
      const {clock} = app.options;
      await show(app, () =>
        app.background.openLog({...common, start: onChange => new PodLog({streams, pod, container, clock, say, onChange})}),
      );
      return;
    }
    case 'ports':
      if (port !== undefined) await forward(app, streams, common, {pod, port});
  }
}

async function forward(
  app: App,
  streams: PodStreams,
  common: {title: string; context: string; cluster: App['session']},
  request: Parameters<App['options']['forwardPort']>[1],
): Promise<void> {
  try {
    await app.background.openForward({...common, start: onChange => app.options.forwardPort(streams, request, onChange)});
    // The choice is done with: Escape leads back from the list to the pods.
    const above = goUp(app.remembered()) ?? app.history;
    app.visit(goInto(above, {kind: 'port-forwards'}));
  } catch (error) {
    refuse(app, error);
  }
}

/** Why it was not opened is told in the footer. */
async function show<Opened extends Occupation>(app: App, open: () => Opened | Promise<Opened>): Promise<Opened | undefined> {
  const from = app.history;
  try {
    const opened = await open();
    const place: Place = {kind: 'terminal', id: opened.id};
    const isChosen = currentPlace(from).kind === 'pod-choice';
    // Who went elsewhere while it started finds it in the list.
    if (app.history === from) app.visit(isChosen ? remember(app.history, place) : goInto(app.remembered(), place));
    return opened;
  } catch (error) {
    refuse(app, error);
    return undefined;
  }
}

/** Nothing that could change something runs where nothing may be changed. */
function isRefused(app: App): boolean {
  const {readOnly} = app.session.facts();
  if (readOnly === undefined) return false;
  app.flash(phrase('gate.off', readOnly), 'waiting');
  app.draw();
  return true;
}

function refuse(app: App, error: unknown): void {
  app.flash(refusalPhrase(error), 'broken');
  app.draw();
}

function refusalPhrase(error: unknown): Phrase {
  if (error instanceof ProgramRefused || error instanceof TransportError) return error.phrase;
  if (error instanceof StatusError) return phrase('source.answered', error.status.code, error.message);
  throw error;
}
