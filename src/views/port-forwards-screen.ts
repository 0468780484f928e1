/** `:port-forwards`: which local address leads to which port of which pod, and how it goes. */
import {phrase} from '../domain/messages/phrase.ts';
import type {OpenForward} from './background.ts';
import {OccupationsScreen} from './occupations-screen.tsx';
import type {Screen, ScreenContext} from './screen.ts';

export function openPortForwardsScreen(context: ScreenContext): Screen {
  const {say} = context;
  return new OccupationsScreen<OpenForward>(context, {
    place: {kind: 'port-forwards'},
    title: phrase('screen.portForwards'),
    nothing: phrase('forward.none'),
    columns: ['LOCAL', 'CONNECTIONS', 'STATE'],
    isShown: occupation => occupation.kind === 'forward',
    cells: ({forward}) => {
      const failure = forward.failure();
      return [
        {text: `127.0.0.1:${forward.localPort}`, tone: 'accent'},
        {text: String(forward.connectionCount()), tone: 'plain'},
        failure === undefined ? {text: say(phrase('forward.listening')), tone: 'busy'} : {text: say(failure), tone: 'broken'},
      ];
    },
    bindings: () => [],
  });
}
