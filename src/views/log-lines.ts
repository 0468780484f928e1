/** The log of a run as lines: when, what kind of entry, which step, and what was said. */
import type {TranscriptEntry} from '../domain/run-desk.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Tone} from '../ui/theme.ts';
import {wrapText} from '../ui/wrap.ts';
import type {LineMaker} from './plan-lines.ts';

const timeWidth = 9;
const kindWidth = 14;

export function logLines(entries: readonly TranscriptEntry[], {width}: LineMaker): readonly PaneLine[] {
  const indent = ' '.repeat(timeWidth + kindWidth);
  return entries.flatMap(({at, kind, step, text}) => {
    const said = step === '' ? text : `${step}: ${text}`;
    return wrapText(said, Math.max(20, width - 3 - indent.length)).map(
      (line, index): PaneLine =>
        index === 0
          ? {
              segments: [
                {text: clockTime(at).padEnd(timeWidth), tone: 'dim'},
                {text: kind.padEnd(kindWidth), tone: kindTone(kind, text)},
                {text: line},
              ],
            }
          : {segments: [{text: indent + line}]},
    );
  });
}

/** `14:03:22` of an RFC 3339 time, as it was recorded (UTC). */
export function clockTime(at: string): string {
  return /T(\d\d:\d\d:\d\d)/.exec(at)?.[1] ?? at;
}

function kindTone(kind: string, text: string): Tone {
  switch (kind) {
    case 'outcome':
      return text.startsWith('failed') ? 'broken' : 'ok';
    case 'gate-rejected':
    case 'approval-refused':
      return 'broken';
    case 'gate-opened':
    case 'paused':
      return 'waiting';
    case 'intent':
    case 'effect':
    case 'undo':
      return 'busy';
    default:
      return 'accent';
  }
}
