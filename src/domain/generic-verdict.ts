/**
 * Objects of kinds that have no view of their own, of which only the server's cells and the metadata are known. Known
 * words in well-known columns are judged, the worst of them counts; whatever is not understood is unknown without a
 * reason and never ok.
 */
import {type Phrase, phrase} from './messages/phrase.ts';
import {quoted, type Verdict, type VerdictWord, verdictOf, verdictWords} from './verdict.ts';

/** `title` in upper case, `text` '' where the server gave nothing. */
export type GenericCell = {readonly title: string; readonly text: string};

export type GenericObject = {
  readonly isDeleting: boolean;
  readonly finalizers: readonly string[];
  readonly cells: readonly GenericCell[];
};

const statusColumns: ReadonlySet<string> = new Set(['READY', 'STATUS', 'PHASE', 'STATE', 'AVAILABLE', 'HEALTH', 'HEALTH STATUS']);
const messageColumns: ReadonlySet<string> = new Set(['MESSAGE', 'MSG', 'REASON']);

/** In lower case. A word that is good in one kind and bad in another (Available, Released) stands here only if no kind in common use calls it a fault. */
const words: ReadonlyMap<string, VerdictWord> = new Map([
  ...entries('ok', 'ready true active available bound running succeeded complete completed healthy deployed approved issued established'),
  ...entries('ok', 'superseded skipped outdated released'),
  ...entries(
    'broken',
    'false failed error lost crashloopbackoff imagepullbackoff errimagepull oomkilled evicted unhealthy degraded notready failure invalid',
  ),
  ...entries(
    'busy',
    'pending progressing terminating deleting containercreating podinitializing creating updating installing provisioning',
  ),
  ...entries('busy', 'bootstrapping cleaning reconciling downloading'),
  ...entries('waiting', 'suspended paused'),
]);

export function judgeGeneric({isDeleting, finalizers, cells}: GenericObject): Verdict {
  if (isDeleting)
    return verdictOf('busy', finalizers.length === 0 ? phrase('verdict.deleting') : phrase('verdict.deletingHeld', finalizers));
  const desired = cells.find(({title}) => title === 'DESIRED')?.text;
  const judged = cells.flatMap(cell => {
    if (!statusColumns.has(cell.title)) return [];
    const verdict = judgeRatio(cell.text, desired) ?? judgeWord(cell);
    return verdict === undefined ? [] : [verdict];
  });
  const worst = judged.toSorted((left, right) => severity(left) - severity(right))[0];
  if (worst === undefined) return verdictOf('unknown');
  const message = worst.word === 'ok' ? '' : messageOf(cells);
  return message === '' ? worst : verdictOf(worst.word, quoted(message));
}

/** `2/3` of pods and deployments; or the number READY beside a number DESIRED, as replica and daemon sets have it. */
function judgeRatio(text: string, desired: string | undefined): Verdict | undefined {
  const [, ready, wanted] = /^(\d+)\/(\d+)$/.exec(text) ?? /^(\d+) of (\d+)$/.exec(`${text} of ${desired ?? ''}`) ?? [];
  if (ready === undefined || wanted === undefined) return undefined;
  if (Number(ready) >= Number(wanted)) return verdictOf('ok');
  // Part of them ready is what every rollout looks like; none at all is a fault, or a start that lasts seconds.
  return verdictOf(ready === '0' ? 'broken' : 'busy', phrase('verdict.generic.ratio', Number(ready), Number(wanted)));
}

function judgeWord({title, text}: GenericCell): Verdict | undefined {
  const word = words.get(text.toLowerCase());
  return word && verdictOf(word, reasonOf(word, title, text));
}

function reasonOf(word: VerdictWord, title: string, text: string): Phrase | undefined {
  return word === 'ok' ? undefined : phrase('verdict.generic.column', title, text);
}

function messageOf(cells: readonly GenericCell[]): string {
  return cells.find(({title, text}) => messageColumns.has(title) && text !== '')?.text.trim() ?? '';
}

/** verdictWords stand from worst to best, unknown before ok. */
function severity({word}: Verdict): number {
  return verdictWords.indexOf(word);
}

function entries(word: VerdictWord, texts: string): readonly (readonly [string, VerdictWord])[] {
  return texts.split(' ').map(text => [text, word] as const);
}
