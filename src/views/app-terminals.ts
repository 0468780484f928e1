/** Opens terminals for the shell: asks whether that may be, starts the program, and shows it. */
import {TransportError} from '../domain/kube-port.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {StatusError} from '../domain/status-error.ts';
import type {App} from './app.ts';
import {type LocalPrograms, ProgramRefused} from './local-programs.ts';
import {currentPlace, goInto, goUp, type TerminalPlace} from './navigation.ts';
import type {NewTerminal, OpenTerminal} from './terminals.ts';

/** A local shell for the context that is open. */
export async function openShell(app: App): Promise<void> {
  const programs = allowedPrograms(app);
  if (programs === undefined) return;
  const {context} = app.session.facts();
  await show(app, {
    kind: 'shell',
    title: app.say(phrase('terminal.kind.shell')),
    context,
    start: size => programs.openShell(context, size),
  });
}

/** The text as the user's editor left it; undefined where it was left as it was, or could not be edited. */
export async function editText(app: App, initial: string, fileName: string): Promise<string | undefined> {
  const programs = allowedPrograms(app);
  if (programs === undefined) return undefined;
  let edited: Promise<string | undefined> = Promise.resolve(undefined);
  const terminal = await show(app, {
    kind: 'editor',
    title: fileName,
    context: app.session.facts().context,
    async start(size) {
      const editing = await programs.openEditor(initial, fileName, size);
      edited = editing.edited;
      return editing.session;
    },
  });
  if (terminal === undefined) return undefined;
  const text = await edited;
  // A failed editor stays, so that it can be read why; any other has nothing more to show.
  const exit = await terminal.session.exit;
  if (exit.kind !== 'exited' || exit.code !== 0) return undefined;
  const place = currentPlace(app.history);
  if (place.kind === 'terminal' && place.id === terminal.id) app.visit(goUp(app.history) ?? app.history);
  app.terminals.close(terminal.id);
  return text;
}

/** Why it was not opened is told in the footer. */
export async function show(app: App, terminal: NewTerminal): Promise<OpenTerminal | undefined> {
  const from = app.history;
  try {
    const opened = await app.terminals.open(terminal);
    const place: TerminalPlace = {kind: 'terminal', id: opened.id};
    // Who went elsewhere while it started finds it in the list.
    if (app.history === from) app.visit(goInto(app.remembered(), place));
    return opened;
  } catch (error) {
    app.flash(refusalPhrase(error), 'broken');
    app.draw();
    return undefined;
  }
}

function allowedPrograms(app: App): LocalPrograms | undefined {
  const {readOnly} = app.session.facts();
  if (readOnly === undefined) return app.options.programs;
  app.flash(phrase('gate.off', readOnly), 'waiting');
  app.draw();
  return undefined;
}

export function refusalPhrase(error: unknown): Phrase {
  if (error instanceof ProgramRefused || error instanceof TransportError) return error.phrase;
  if (error instanceof StatusError) return phrase('source.answered', error.status.code, error.message);
  throw error;
}
