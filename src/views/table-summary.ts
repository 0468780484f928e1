/** The second header line of a table: what it is, how much there is of it, how many are broken, and the filter with its matches. */
import {phrase} from '../domain/messages/phrase.ts';
import {type VerdictWord, verdictWords} from '../domain/verdict.ts';
import type {Piece} from '../ui/screen-frame.tsx';
import type {Summary} from './screen.ts';
import type {TableScreen} from './table-screen.ts';

/** The order in which counts leave a narrow header. */
const countPriority: Readonly<Record<VerdictWord, number>> = {broken: 1, waiting: 2, busy: 3, unknown: 5, ok: 4};

export function tableSummary(screen: TableScreen): Summary {
  const {say, theme} = screen.context;
  const {namespace, filter, isProblemsOnly} = screen.place();
  const {model, source} = screen;
  const scope = !source.resource.isNamespaced ? '' : namespace === undefined ? ` ${say(phrase('screen.allNamespaces'))}` : ` ${namespace}`;
  const {total} = source.status();
  const left: Piece[] = [
    {text: source.view().name, tone: 'title', isBold: true},
    {text: scope, tone: 'dim', priority: 2},
    {
      text: total === undefined ? ` ${model.total}` : ` ${say(phrase('screen.capped', model.total, total))}`,
      tone: total === undefined ? 'plain' : 'waiting',
    },
  ];
  for (const word of verdictWords) {
    const count = model.counts[word];
    if (count === 0) continue;
    left.push({
      text: `  ${theme.glyphs.verdict[word]} ${say(phrase('screen.counted', count, word))}`,
      tone: word,
      isBold: word === 'broken',
      priority: countPriority[word],
    });
  }
  const right: Piece[] = [];
  if (screen.marks.size > 0) right.push({text: `${say(phrase('screen.marked', screen.marks.size))}  `, tone: 'accent', priority: 2});
  if (isProblemsOnly) right.push({text: `${say(phrase('screen.problemsOnly'))}  `, tone: 'accent', priority: 1});
  if (filter !== '') right.push({text: `/${filter}  `, tone: 'accent'});
  if (filter !== '' || isProblemsOnly) right.push({text: `${model.shown.length}/${model.total}`});
  return {left, right};
}
