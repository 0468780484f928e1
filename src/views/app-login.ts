/** Runs the credential plugin's login in the foreground of the terminal. */
import {TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {App} from './app.ts';

export async function login(app: App): Promise<void> {
  const {session} = app;
  if (session.login === undefined) return;
  try {
    await app.options.inForeground(() => session.login?.() ?? Promise.resolve());
  } catch (error) {
    app.flash(error instanceof TransportError ? error.phrase : phrase('text', String(error)), 'broken');
  }
  app.refresh();
}
