/** The controller's image: the same bytes for the same program, and a program that starts in nothing but the image. */
import {mkdtempSync, readdirSync, rmSync, statSync, utimesSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {assembleImage} from '../../deploy/image/assemble.ts';
import packageJson from '../../package.json' with {type: 'json'};
import {ControllerProcess} from '../support/controller-process.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {runProgram} from '../support/run-program.ts';
import {type UnpackedImage, unpackImage} from '../support/unpacked-image.ts';

const home = mkdtempSync(join(tmpdir(), 'deckhand-image-'));
const layout = join(home, 'layout');

let program: Program;
let digest: string;
let image: UnpackedImage;

beforeAll(async () => {
  program = await buildProgram();
  digest = assembleImage({folder: layout, program: program.home});
  image = unpackImage(layout, join(home, 'root'));
  if (image.whyNotIsolated !== undefined) process.stdout.write(`image.test.ts: ${image.whyNotIsolated}\n`);
});
afterAll(async () => {
  await program?.remove();
  rmSync(home, {recursive: true, force: true});
});

test('the same program gives the same image, whenever it was built', () => {
  utimesSync(program.file, new Date(0), new Date(0));
  expect(assembleImage({folder: join(home, 'again'), program: program.home})).toBe(digest);
});

test('it holds a program, its runtime and a user without rights', () => {
  expect(image.config).toMatchObject({User: '65532:65532', Entrypoint: ['/usr/local/bin/node', 'dist/deckhand.js']});
  expect(readdirSync(image.root).sort()).toEqual(expect.arrayContaining(['app', 'etc', 'tmp', 'usr']));
  expect(readdirSync(join(image.root, 'app/dist'))).toEqual(['deckhand.js', 'program.js']);
  expect(statSync(join(image.root, 'tmp')).mode & 0o7777).toBe(0o1777);
  expect(statSync(join(image.root, 'app/dist/deckhand.js')).mode & 0o022).toBe(0);
});

test('its program starts', async () => {
  const [command = '', ...args] = image.command;
  const env = Object.fromEntries(image.config.Env.map(entry => entry.split('=', 2)));
  const {code, stdout, stderr} = await runProgram(command, [...args, '--version'], {...env, PATH: process.env.PATH});
  expect({code, stdout, stderr}).toEqual({code: 0, stdout: `${packageJson.version}\n`, stderr: ''});
});

test('its controller starts, answers its probes and stops in good order', async () => {
  const env = Object.fromEntries(image.config.Env.map(entry => entry.split('=', 2)));
  const command = [...image.command, ...image.config.Cmd, '--server', 'https://127.0.0.1:9'];
  const replica = await ControllerProcess.spawn(command, {...env, PATH: process.env.PATH});
  expect(await replica.probe('/healthz')).toEqual({code: 200, text: 'ok\n'});
  expect((await replica.probe('/readyz')).code).toBe(503);
  expect(await replica.ended('SIGTERM')).toBe(0);
});
