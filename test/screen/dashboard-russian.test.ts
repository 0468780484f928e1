/** The dashboard in Russian over the demo, on the smallest terminal that has everything. */
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {textWidth} from '../../src/ui/width.ts';
import {Demo} from '../support/demo.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});
afterEach(() => demo.closeDashboards());
afterAll(() => demo.stop());

const size = {columns: 80, rows: 24} as const;
const russianLocale = {LC_ALL: '', LC_MESSAGES: '', LANG: 'ru_RU.UTF-8'};

test('the locale picks Russian: counts, verdicts and footer are, columns stay kubectl’s', async () => {
  const dashboard = demo.open({args: ['-A', '-c', 'ng'], env: russianLocale, ...size});
  await dashboard.terminal.waitFor(/● актуально/);
  await dashboard.terminal.waitFor(/▲ 3 сбоя/);
  const lines = dashboard.terminal.screen();
  expect(lines[1]).toMatch(/^ nodegroups 9 {2}▲ 3 сбоя {2}◔ \d (ждёт|ждут) {2}◐ \d в процессе {2}● \d ок$/);
  expect(lines[3]).toMatch(/^ {3}NAME +TYPE +READY +NODES VERDICT/);
  expect(lines.find(line => line.includes('bare-metal'))).toContain('▲ сбой · мало готовых узлов: 3 из 4');
  expect(lines.at(-1)).toMatch(/^ enter открыть {2}.*! проблемы {2}.*\? помощь$/);
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(size.columns);
});

test('the flag wins over the locale, both ways', async () => {
  const russian = demo.open({args: ['--lang', 'ru'], ...size});
  const english = demo.open({args: ['--lang', 'en'], env: russianLocale, ...size});
  await Promise.all([russian.terminal.waitFor(/\? помощь/), english.terminal.waitFor(/\? help/)]);
});

test('help tells every key in Russian, and Cyrillic letters are the keys of their places', async () => {
  const dashboard = demo.open({args: ['-A', '-c', 'pods'], env: russianLocale, ...size});
  await dashboard.terminal.waitFor(/● актуально/);
  dashboard.press('?');
  await dashboard.terminal.waitFor(/клавиши этого экрана/);
  const seen = new Set<string>();
  for (let step = 0; step < 40; step++) {
    for (const line of dashboard.terminal.screen().slice(5, -1)) seen.add(line);
    dashboard.press('о');
  }
  await dashboard.terminal.waitFor(/перерисовать/);
  for (const line of dashboard.terminal.screen().slice(5, -1)) seen.add(line);
  const titles = [...seen].map(line => line.slice(18).trim()).filter(title => title !== '');
  expect(titles.length).toBeGreaterThan(20);
  expect(titles.filter(title => !/[а-яё]/i.test(title))).toEqual([]);
});

test('pages and what is typed wrong are told in Russian', async () => {
  const dashboard = demo.open({args: ['-A', '-c', 'nodegroups'], env: russianLocale, ...size});
  await dashboard.terminal.waitFor(/bare-metal/);
  dashboard.press('enter');
  await dashboard.terminal.waitFor(/kind: NodeGroup/);
  dashboard.press('esc');
  await dashboard.terminal.waitFor(/NAME +TYPE/);
  dashboard.press(':');
  dashboard.terminal.type('nosuchkind');
  await dashboard.terminal.waitFor(/nosuchkind/);
  dashboard.press('enter');
  await dashboard.terminal.waitFor(/вида nosuchkind здесь нет/);
});

test('an unknown language is refused by name, with the two that there are', async () => {
  const {code, stderr} = await demo.program.run(['--lang', 'de']);
  expect(stderr).toMatch(/--lang <language>' argument 'de' is invalid\. Allowed choices are en, ru\./);
  expect(code).toBe(2);
});

test('what scripts read stays English', async () => {
  const {stdout} = await demo.program.run(['get', '--kubeconfig', demo.kubeconfig, 'ng'], russianLocale);
  expect(stdout).toMatch(/bare-metal.*broken · too few nodes are ready/);
});
