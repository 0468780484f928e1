/** Credential plugins as small shell scripts, and a server that takes or refuses what they give. */
import {readFileSync} from 'node:fs';
import type {ExecPlugin} from '../../../src/cluster/connection.ts';
import {createAuthority, createIdentity, type Identity} from './certificates.ts';
import {type OpenTransport, openTransport, trusting} from './open-transport.ts';
import {type ScriptedServer, serveTls} from './scripted-server.ts';
import {temporaryFolder} from './temporary-folder.ts';

export const apiVersion = 'client.authentication.k8s.io/v1';

/** Once for a test file. */
export async function createPluginKit() {
  const folder = temporaryFolder();
  const authority: Identity = await createAuthority();
  const identity = await createIdentity({authority});

  function serve(isWelcome: (authorization: string | undefined) => boolean = () => true): Promise<ScriptedServer> {
    return serveTls(identity, (request, response) => response.writeHead(isWelcome(request.headers.authorization) ? 200 : 401).end());
  }

  function open(server: ScriptedServer, exec: Partial<ExecPlugin> & {command: string}): OpenTransport {
    const whole: ExecPlugin = {
      apiVersion,
      args: [],
      env: {},
      installHint: '',
      interactiveMode: 'Never',
      providesClusterInfo: false,
      clusterConfig: undefined,
      ...exec,
    };
    const env = {PATH: process.env.PATH, INHERITED: 'yes'};
    return openTransport({server: server.url, tls: trusting(authority), auth: {kind: 'exec', plugin: whole}}, {env});
  }

  function plugin(name: string, script: string): string {
    return folder.write(name, `#!/bin/sh\n${script}\n`, 0o700);
  }

  /** Its runs can be counted; the script knows the file of the count as $RUNS. */
  function counting(name: string, script: string) {
    const runs = `${folder.path}/${name}.runs`;
    return {
      command: plugin(name, `RUNS="${runs}"; echo run >> "$RUNS"; ${script}`),
      runs: () => readIfThere(runs).split('\n').length - 1,
    };
  }

  return {folder, authority, identity, serve, open, plugin, counting};
}

export function credential(status: object): string {
  return JSON.stringify({kind: 'ExecCredential', apiVersion, status});
}

/** The shell command that prints it. */
export function answer(status: object): string {
  return `echo '${credential(status)}'`;
}

export function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
