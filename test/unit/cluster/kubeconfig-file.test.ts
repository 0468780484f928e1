import {describe, expect, test} from 'vitest';
import {KubeconfigError} from '../../../src/cluster/kubeconfig-error.ts';
import {parseKubeconfigFile, resolveBeside} from '../../../src/cluster/kubeconfig-file.ts';

describe('reading one kubeconfig file', () => {
  test('a syntax error names file and line, and quotes nothing of the text', () => {
    const error = failureOf(() => parseKubeconfigFile('/k', 'users:\n- name: a\n  user: {token: "s3cret\n'));
    expect(error.message).toMatch(/^\/k is not valid YAML, line \d+ \(/);
    expect(error.message).not.toContain('s3cret');
  });

  test('an empty file is an empty kubeconfig', () => {
    expect(parseKubeconfigFile('/k', '')).toEqual({clusters: [], users: [], contexts: [], problems: []});
  });

  test('null lists, as kubectl writes them, are empty', () => {
    expect(parseKubeconfigFile('/k', 'apiVersion: v1\nkind: Config\nclusters: null\nusers:\ncontexts: []\n').problems).toEqual([]);
  });

  test('another kind of object is refused', () => {
    expect(failureOf(() => parseKubeconfigFile('/k', 'kind: Pod')).message).toBe('/k is not a kubeconfig: its kind is Pod, not Config');
  });

  test('binary junk is refused', () => {
    expect(failureOf(() => parseKubeconfigFile('/k', '\u0000\u0001{{{')).file).toBe('/k');
  });

  test('a list where a mapping should be is refused', () => {
    expect(failureOf(() => parseKubeconfigFile('/k', '- a')).message).toBe('/k: its content must be a mapping');
  });

  test('entries without a name or of the wrong type are reported, the others stay', () => {
    const file = parseKubeconfigFile('/k', 'contexts: [{context: {}}, 5, {name: good, context: {cluster: c}}]\nusers: nobody\n');
    expect(file.contexts.map(entry => entry.name)).toEqual(['good']);
    expect(file.problems.map(problem => problem.message)).toEqual([
      '/k: users must be a list',
      '/k: contexts[0].name is missing: add it',
      '/k: contexts[1] must be a mapping',
    ]);
  });

  test('a name that stands there twice is refused when it is used, and only then', () => {
    const file = parseKubeconfigFile('/k', 'users: [{name: a}, {name: a}, {name: b}]');
    const [twice, once] = file.users;
    expect(failureOf(() => twice?.read()).message).toBe('/k: users["a"] stands there twice: remove or rename one');
    expect(once?.read().text('token')).toBeUndefined();
  });

  test('paths are meant beside the file that names them', () => {
    expect(resolveBeside('/home/ivan/.kube/config', 'certs/ca.crt')).toBe('/home/ivan/.kube/certs/ca.crt');
    expect(resolveBeside('/home/ivan/.kube/config', '/etc/ca.crt')).toBe('/etc/ca.crt');
  });
});

function failureOf(run: () => unknown): KubeconfigError {
  try {
    run();
  } catch (error) {
    if (error instanceof KubeconfigError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
