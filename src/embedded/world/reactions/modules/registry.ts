/** The container registry of the demo: which repositories it has, whom it lets in, and which modules it holds. */
import {isFields, readString} from '../../../../domain/fields.ts';

const host = 'registry.example.com';
/** What a repository offers that no source of the demo has listed before. */
const firstModules = ['cert-exporter', 'managed-redis', 'node-problem-detector'];
const knownModules: Readonly<Record<string, readonly string[]>> = {
  mirror: ['console', 'observability', ...firstModules],
};

export type Listing = {readonly modules: readonly string[]} | {readonly error: string};

/** As `list tags` of the repository answers. */
export function listRepository(registry: unknown): Listing {
  const repo = readString(registry, 'repo') ?? '';
  const scheme = (readString(registry, 'scheme') ?? 'HTTPS').toLowerCase();
  const [server = '', ...rest] = repo.split('/');
  const path = rest.join('/');
  if (server !== host) {
    const name = server.replace(/:\d+$/, '');
    return {error: `list tags: Get "${scheme}://${server}/v2/": dial tcp: lookup ${name} on 10.222.0.10:53: no such host`};
  }
  if (scheme === 'http') return {error: `list tags: Get "http://${host}/v2/": EOF: the registry speaks HTTPS only`};
  const url = `GET https://${host}/v2/${path}/tags/list?n=1000`;
  if (!/(?:^|\/)modules$/.test(path))
    return {error: `list tags: ${url}: NAME_UNKNOWN: repository name not known to registry; map[name:${path}]`};
  const needsLogin = /^(?:partners|private)\//.test(path);
  const credentials = readString(registry, 'dockerCfg');
  if ((needsLogin && !admits(credentials ?? '')) || (credentials !== undefined && !isDockerConfig(credentials))) {
    const details = `[map[Action:pull Class: Name:${path} Type:repository]]`;
    return {error: `list tags: ${url}: UNAUTHORIZED: authentication required; ${details}`};
  }
  return {modules: knownModules[rest[0] ?? ''] ?? firstModules};
}

function admits(credentials: string): boolean {
  const config = parse(credentials);
  return isFields(config?.auths) && config.auths[host] !== undefined;
}

function isDockerConfig(credentials: string): boolean {
  return isFields(parse(credentials)?.auths);
}

function parse(credentials: string) {
  try {
    const value: unknown = JSON.parse(Buffer.from(credentials, 'base64').toString());
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
