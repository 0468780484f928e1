/** `:terminals`: shells, editors and followed logs; Enter goes back into one. */
import {phrase} from '../domain/messages/phrase.ts';
import {exitPhrase, isFailedExit, type OpenLog, type OpenTerminal} from './background.ts';
import {OccupationsScreen} from './occupations-screen.tsx';
import type {Screen, ScreenContext} from './screen.ts';

export function openTerminalsScreen(context: ScreenContext): Screen {
  const {say, goInto, openShell} = context;
  return new OccupationsScreen<OpenTerminal | OpenLog>(context, {
    place: {kind: 'terminals'},
    title: phrase('screen.terminals'),
    nothing: phrase('terminal.none'),
    columns: ['KIND', 'STATE'],
    isShown: occupation => occupation.kind !== 'forward',
    cells: ({kind, exit}) => [
      {text: say(phrase(`terminal.kind.${kind}`)), tone: 'plain'},
      {text: say(exitPhrase(exit)), tone: exit === undefined ? 'busy' : isFailedExit(exit) ? 'broken' : 'dim'},
    ],
    bindings: current => [
      {
        id: 'terminals.open',
        keys: ['enter'],
        title: say(phrase('key.open')),
        isInFooter: true,
        ...(current === undefined ? {disabledReason: say(phrase('key.nothingSelected'))} : {}),
        run: () => current !== undefined && goInto({kind: 'terminal', id: current.id}),
      },
      {id: 'terminals.new', keys: ['n'], title: say(phrase('key.newShell')), isInFooter: true, run: openShell},
    ],
  });
}
