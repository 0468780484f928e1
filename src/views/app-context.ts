/** What a screen may ask of the shell, as the shell answers it. */
import type {App} from './app.ts';
import {leave} from './app-runs.ts';
import {editText, openPodPart, openShell} from './app-terminals.ts';
import {goBeyond, goInto, goTo, goUp, tablePlace, tablesOf} from './navigation.ts';
import type {ScreenContext} from './screen.ts';

export function screenContext(app: App): Omit<ScreenContext, 'session'> {
  return {
    clock: app.options.clock,
    theme: app.options.theme,
    say: sentence => app.say(sentence),
    draw: () => app.draw(),
    flash: (sentence, tone) => app.flash(sentence, tone),
    goTo: place => app.visit(goTo(app.remembered(), place)),
    goInto: place => app.visit(goInto(app.remembered(), place)),
    saveText: (fileName, text) => app.options.saveText(fileName, text),
    quit: () => leave(app),
    noteRun: run => void app.runsStarted.push(run),
    goBeyond: place => app.visit(goBeyond(app.remembered(), place)),
    goToNamespace: name => {
      const last = tablesOf(app.history).find(table => table.resource !== 'namespaces');
      app.open(tablePlace(last?.resource ?? 'pods', name));
    },
    lastNamespace: () => tablesOf(app.history).find(table => table.namespace !== undefined)?.namespace ?? app.session.facts().namespace,
    goUp: () => app.visit(goUp(app.remembered()) ?? app.history),
    openPrompt: kind => app.openPrompt(kind),
    switchContext: name => app.switchContext(name),
    background: app.background,
    openPodPart: (place, part) => void openPodPart(app, place, part),
    openShell: () => void openShell(app),
    editText: (initial, fileName) => editText(app, initial, fileName),
  };
}
