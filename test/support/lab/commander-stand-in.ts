/**
 * Commander as far as its database goes, a program of its own in a pod of the lab: it writes numbered rows, every fifth encrypted
 * with the keys of its environment, notes each one that the database acknowledged, and answers for its health.
 */
import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createInterface} from 'node:readline';
import type {Readable, Writable} from 'node:stream';
import {setTimeout as sleep} from 'node:timers/promises';
import {bodyOf, type Keys, keysOf, openBody, rowLine} from './commander-rows.ts';

const {SERVICE_FILE = '', ACKNOWLEDGED_FILE = '', POD_IP = '', HOSTNAME = '', PGPASSWORD = '', PATH = ''} = process.env;
const keys: Keys = keysOf(process.env);
const pauseMs = 50;
/** A statement without an answer for so long stands for a leader that is gone. */
const answerMsMax = 3_000;
const healthyMs = 2_000;
/** Name of its database, and of the role that owns it. */
const database = 'commander';
const schema = `create table if not exists rows (writer text, number int, body text not null, primary key (writer, number))`;

let lastAcknowledgedMs = 0;
let canDecrypt = true;
let number = lastNumber();

createServer((_, response) => {
  const isHealthy = canDecrypt && performance.now() - lastAcknowledgedMs < healthyMs;
  response.writeHead(isHealthy ? 200 : 503).end(isHealthy ? 'ok\n' : 'the database does not answer, or its secrets cannot be read\n');
}).listen(8080, POD_IP);

for (;;) {
  const address = existsSync(SERVICE_FILE) ? readFileSync(SERVICE_FILE, 'utf8') : '';
  if (address !== '')
    await writeRows(address).catch(error => console.error(`${address}: ${error instanceof Error ? error.message : error}`));
  await sleep(pauseMs);
}

async function writeRows(address: string): Promise<void> {
  const session = openSession(address);
  try {
    canDecrypt = await readSecret(session);
    if (!canDecrypt) console.error('ActiveRecord::Encryption::Errors::Decryption');
    for (;;) {
      number += 1;
      const body = bodyOf(HOSTNAME, number, keys);
      const said = await session.ask(`insert into rows values ('${HOSTNAME}', ${number}, '${body}') returning number;`);
      if (said !== String(number)) throw new Error(`unexpected answer ${said}`);
      appendFileSync(ACKNOWLEDGED_FILE, rowLine({writer: HOSTNAME, number, body, atMs: Date.now()}));
      lastAcknowledgedMs = performance.now();
      await sleep(pauseMs);
    }
  } finally {
    session.end();
  }
}

/** Whether the newest row of somebody's that is secret can be read with these keys. */
async function readSecret(session: Session): Promise<boolean> {
  const body = await session.ask(
    `select coalesce((select body from rows where body like 'secret:%' order by number desc limit 1), 'none');`,
  );
  return body === 'none' || openBody(body, keys) !== undefined;
}

type Session = {ask(sql: string): Promise<string>; end(): void};

/** One connection; whatever goes wrong on it is its end. */
function openSession(address: string): Session {
  const env = {PATH, PGPASSWORD, PGCONNECT_TIMEOUT: '2', PGOPTIONS: '-c statement_timeout=3s -c client_min_messages=error'};
  const options = ['-X', '-A', '-t', '-q', '-h', address];
  const own = ['-v', 'ON_ERROR_STOP=1', '-U', database, '-d', database];
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn('psql', [...options, ...own], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<never>((_, reject) => child.once('exit', code => reject(new Error(`psql ended with ${code}`))));
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
  child.stdin.write(`${schema};\n`);
  return {
    async ask(sql) {
      child.stdin.write(`${sql}\n`);
      const late = sleep(answerMsMax, undefined, {ref: false}).then(() => Promise.reject(new Error('no answer')));
      const answer = await Promise.race([lines.next(), ended, late]);
      if (answer.done === true) throw new Error('the connection has ended');
      return answer.value;
    },
    end: () => child.kill('SIGKILL'),
  };
}

/** Goes on after a restart where the same pod left off. */
function lastNumber(): number {
  if (!existsSync(ACKNOWLEDGED_FILE)) return 0;
  return Number(readFileSync(ACKNOWLEDGED_FILE, 'utf8').trimEnd().split('\n').at(-1)?.split(' ')[1] ?? 0) + 1;
}
