/** In Russian: terminals in panes, logs and ports, and contexts in which nothing may be changed. */
import type {englishTerminal} from './english-terminal.ts';
import type {CataloguePart} from './phrase.ts';
import {counted, formOf} from './russian-plural.ts';

export const russianTerminal: CataloguePart<typeof englishTerminal> = {
  'screen.terminals': () => 'терминалы',
  'terminal.kind.shell': () => 'шелл',
  'terminal.kind.editor': () => 'редактор',
  'terminal.kind.pod': () => 'под',
  'terminal.running': () => 'работает',
  'terminal.ended': () => 'завершён',
  'terminal.failed': code => `завершён с кодом ${code}`,
  'terminal.signalled': signal => `завершён сигналом ${signal}`,
  'terminal.lost': why => `потерян: ${why}`,
  'terminal.gone': () => 'уже закрыт',
  'terminal.runningCount': count => `${formOf(count, 'работает', 'работают', 'работает')} ${count}`,
  'terminal.none': () => 'Открытых терминалов нет. n откроет шелл для этого контекста.',
  'terminal.scrolledBack': lines => `на ${counted(lines, 'строку', 'строки', 'строк')} назад`,
  'terminal.tooMany': max =>
    `уже работает ${counted(max, 'терминал', 'терминала', 'терминалов')}, больше нельзя: завершите один в :terminals`,
  'terminal.noPty': () => 'Для терминалов в панелях нужен npm-пакет node-pty, здесь он не установлен.',
  'terminal.noEditor': () => 'В EDITOR нет программы: задайте, например EDITOR=vi.',
  'gate.off': why => `Выключено: ${why}`,
  'gate.flag': () => 'только чтение, так велит --readonly',
  'gate.config': (context, file) => `${context} только для чтения, так велит ${file}`,
  'config.unknownField': (file, field, known) => `${file}: поля ${field} нет: есть ${known}`,
  'screen.readOnly': () => 'только чтение',
  'screen.protected': () => 'под защитой',
  'group.terminal': () => 'Терминал',
  'key.leaveRunning': () => 'уйти, не завершая',
  'key.newShell': () => 'новый шелл',
  'key.endTerminal': () => 'завершить',
};
