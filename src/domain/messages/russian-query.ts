/** In Russian: what deckhand says of filters, commands and object pages. */
import type {englishQuery} from './english-query.ts';
import type {CataloguePart} from './phrase.ts';
import {counted} from './russian-plural.ts';

export const russianQuery: CataloguePart<typeof englishQuery> = {
  'query.patternTooLong': max => `шаблон длиннее ${max} символов`,
  'query.unclosedGroup': () => 'скобка ( не закрыта',
  'query.unopenedGroup': () => 'скобка ) не открыта',
  'query.unclosedSet': () => 'скобка [ не закрыта',
  'query.badRange': range => `${range} — не диапазон символов`,
  'query.nothingToRepeat': sign => `перед ${sign} нечего повторять (сам символ пишется \\${sign})`,
  'query.badCount': count => `число повторов ${count} перевёрнуто или слишком велико`,
  'query.unsupportedSyntax': syntax => `${syntax} в шаблонах не поддерживается`,
  'query.trailingBackslash': () => 'после \\ в конце нужен символ',
  'query.unknownColumn': (name, titles) => `нет колонки ${name}: есть ${titles.join(', ')} (в кавычках ищется как текст)`,
  'query.needsNumber': column => `для ${column} нужно число, например 10`,
  'query.needsDuration': column => `для ${column} нужна длительность, например 10m или 2d`,
  'query.needsVersion': column => `для ${column} нужна версия, например 1.71.3`,
  'query.needsQuantity': column => `для ${column} нужна величина, например 500m или 1Gi`,
  'query.needsText': column => `с чем сравнивать ${column}?`,
  'query.missingSelector': flag =>
    flag === '-l' ? 'после -l нужен label selector, например -l app=web' : 'после -f нужен field selector, например -f spec.nodeName=n1',
  'query.badLabelSelector': selector => `${selector} — не label selector: app=web, app!=web, app или "app in (web,db)"`,
  'query.badFieldSelector': selector => `${selector} — не field selector: metadata.name=web или spec.nodeName!=n1`,
  'query.noKind': () => 'назовите вид объектов, например :pods',
  'query.unknownKind': (name, nearest) => withNearest(`вида ${name} здесь нет`, nearest),
  'query.unknownContext': (name, nearest) => withNearest(`контекста ${name} в kubeconfig нет`, nearest),
  'query.missingValue': flag => `после ${flag} нужно значение`,
  'query.badNamespace': name => `${name} — не имя пространства: только строчные латинские буквы, цифры и -, не больше 63`,
  'query.unknownFlag': flag => `флага ${flag} нет: есть -A, -n, -l и -f`,
  'query.tooManyWords': word => `${word} — лишнее слово: после вида и пространства фильтр пишется /${word}`,
  'page.moreCharacters': count => `… ещё ${counted(count, 'символ', 'символа', 'символов')}`,
  'page.folded': count => `… ${counted(count, 'запись', 'записи', 'записей')}`,
  'page.moreLines': max => `… обрезано после ${counted(max, 'строки', 'строк', 'строк')}; целиком: deckhand get -o yaml`,
};

function withNearest(sentence: string, nearest: readonly string[]): string {
  return nearest.length === 0 ? sentence : `${sentence}: ${nearest.join(', ')}?`;
}
