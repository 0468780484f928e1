/** The demo's server as a process of its own beside the dashboard, so that neither can block the other. */
import {spawn} from 'node:child_process';
import process from 'node:process';
import {createInterface} from 'node:readline';

export type DemoServer = {readonly kubeconfig: string; stop(): void};

const startTimeoutMs = 20_000;

export async function startDemoServer(): Promise<DemoServer> {
  const entry = process.argv[1];
  if (entry === undefined) throw new Error('the path of the program is unknown');
  const child = spawn(process.execPath, [entry, '--demo', '--serve'], {stdio: ['ignore', 'pipe', 'pipe', 'ipc']});
  let complaint = '';
  if (child.stdout === null || child.stderr === null) throw new Error('the embedded cluster has no output to read');
  const {stdout} = child;
  child.stderr.on('data', chunk => {
    complaint = `${complaint}${chunk}`.slice(-2_000);
  });
  const kubeconfig = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the embedded cluster did not start in ${startTimeoutMs / 1000} s. ${complaint}`)),
      startTimeoutMs,
    );
    createInterface({input: stdout}).once('line', line => {
      clearTimeout(timer);
      resolve(line);
    });
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`the embedded cluster ended at once (exit code ${code}). ${complaint.trim()}`)));
  });
  return {kubeconfig, stop: () => void child.kill('SIGTERM')};
}
