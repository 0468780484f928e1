/** What is said while the old leader still leads: since when Patroni has been asked, how long it may still act, and what comes then. */
import type {SwitchoverAnswer} from '../domain/postgres/switchover-answer.ts';
import {asWords, type Words} from '../domain/words.ts';

/** An answer of 503, or none, leaves it open for so long; only then is it asked again. */
const openMs = 180_000;
/** Three tries, each only where the topology is as it was. */
export const triesMax = 3;

/** `attempt`: counts from 1; epoch milliseconds. */
type Asked = {readonly askedAt: number; readonly attempt: number; readonly now: number};

export type StillLeading = {readonly kind: 'again' | 'wait'; readonly text: Words};

/** `answer`: undefined where another engine heard it. */
export function stillLeads(from: string, answer: SwitchoverAnswer | undefined, {askedAt, attempt, now}: Asked): StillLeading {
  const still = {en: `${from} still leads`, ru: `лидер по-прежнему ${from}`};
  const said = sayAnswer(answer);
  if (answer?.kind === 'refused')
    return {kind: 'again', text: {en: `${still.en}${said.en}: it was not tried`, ru: `${still.ru}${said.ru}: попытки не было`}};
  if (now - askedAt > openMs)
    return {
      kind: 'again',
      text: {
        en: `${still.en}, asked at ${timeOf(askedAt)}, and nothing is on its way${said.en}`,
        ru: `${still.ru}, запрошено в ${timeOf(askedAt)}, и ничего не происходит${said.ru}`,
      },
    };
  const [asked, until] = [timeOf(askedAt), timeOf(askedAt + openMs)];
  return {
    kind: 'wait',
    text: {
      en: `${still.en}; asked at ${asked} (try ${attempt})${said.en}: Patroni may still do it until ${until}, then it is asked again, ${triesMax} times in a row at most`,
      ru: `${still.ru}; запрошено в ${asked} (попытка ${attempt})${said.ru}: до ${until} Patroni ещё может это сделать, затем запрос повторяется, подряд не больше ${triesMax} раз`,
    },
  };
}

function sayAnswer(answer: SwitchoverAnswer | undefined): Words {
  if (answer === undefined || answer.kind === 'done') return {en: '', ru: ''};
  if (answer.kind === 'unheard') return {en: ', its answer was not heard', ru: ', ответ не дошёл'};
  const message = asWords(answer.message);
  return {en: `, Patroni answered ${message.en}`, ru: `, Patroni ответил: ${message.ru}`};
}

/** The same at every look, and in the time of logs. */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
