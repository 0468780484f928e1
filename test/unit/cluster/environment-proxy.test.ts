import {expect, test} from 'vitest';
import {environmentProxy} from '../../../src/cluster/environment-proxy.ts';

const proxy = 'http://proxy:3128';

test.each([
  ['https://api:6443', {HTTPS_PROXY: proxy}, proxy],
  ['https://api:6443', {https_proxy: 'proxy:3128'}, proxy],
  ['https://api:6443', {HTTP_PROXY: proxy}, undefined],
  ['http://api', {HTTP_PROXY: proxy}, proxy],
  ['https://api:6443', {HTTPS_PROXY: ''}, undefined],
  ['https://localhost:6443', {HTTPS_PROXY: proxy}, undefined],
  ['https://127.0.0.1:6443', {HTTPS_PROXY: proxy}, undefined],
  ['https://[::1]:6443', {HTTPS_PROXY: proxy}, undefined],
  ['https://api:6443', {HTTPS_PROXY: proxy, NO_PROXY: '*'}, undefined],
  ['https://api:6443', {HTTPS_PROXY: proxy, NO_PROXY: 'other, api'}, undefined],
  ['https://a.example.com', {HTTPS_PROXY: proxy, NO_PROXY: 'example.com'}, undefined],
  ['https://example.com', {HTTPS_PROXY: proxy, NO_PROXY: '.example.com'}, proxy],
  ['https://a.example.com', {HTTPS_PROXY: proxy, no_proxy: '*.example.com'}, undefined],
  ['https://badexample.com', {HTTPS_PROXY: proxy, NO_PROXY: 'example.com'}, proxy],
  ['https://api:6443', {HTTPS_PROXY: proxy, NO_PROXY: 'api:6443'}, undefined],
  ['https://api:6443', {HTTPS_PROXY: proxy, NO_PROXY: 'api:443'}, proxy],
  ['https://10.1.2.3:6443', {HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8'}, undefined],
  ['https://11.1.2.3:6443', {HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8,junk/99,10.0.0.0/x'}, proxy],
  ['https://[fd00::5]', {HTTPS_PROXY: proxy, NO_PROXY: 'fd00::/16'}, undefined],
  ['https://[fd00::5]', {HTTPS_PROXY: proxy, NO_PROXY: 'fd00::5'}, undefined],
])('%s with %j goes by %s', (server, env, expected) => {
  expect(environmentProxy(server, env)).toBe(expected);
});

test('a variable that holds no URL of a proxy is named, its value is not shown', () => {
  expect(() => environmentProxy('https://api:6443', {HTTPS_PROXY: 'ftp://u:s3cret@x'})).toThrow(
    /^environment: HTTPS_PROXY is not a URL of the form http:\/\/, https:\/\/ or socks5:\/\/host:port$/,
  );
});
