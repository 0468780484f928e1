/**
 * The proxy that the environment asks for, read as Go programs read it (kubectl among them): HTTPS_PROXY and HTTP_PROXY,
 * except for hosts of NO_PROXY and for this machine itself. https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
import {BlockList, isIP, isIPv6} from 'node:net';
import {phrase} from '../domain/messages/phrase.ts';
import {KubeconfigError} from './kubeconfig-error.ts';
import {isProxyUrl, proxyUrlForms} from './proxy-url.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws KubeconfigError where the variable holds no URL of a proxy. */
export function environmentProxy(server: string, env: Environment): string | undefined {
  const {protocol, hostname, port} = new URL(server);
  const upper = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const name = env[upper] ? upper : upper.toLowerCase();
  const given = env[name] ?? '';
  const host = hostname.replace(/^\[|\]$/g, '');
  const exempt = env.NO_PROXY || env.no_proxy || '';
  if (given === '' || isThisMachine(host) || isExempt(host, port || defaultPort(protocol), exempt)) return undefined;
  const proxy = given.includes('://') ? given : `http://${given}`;
  if (!isProxyUrl(proxy)) throw new KubeconfigError(name, name, phrase('kubeconfig.badUrl', 'environment', name, proxyUrlForms));
  return proxy;
}

function defaultPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80';
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isExempt(host: string, port: string, list: string): boolean {
  const rules = list.split(',').map(rule => rule.trim().toLowerCase());
  return rules.some(rule => rule !== '' && (rule === '*' || matchesRange(host, rule) || matchesName(host, port, rule)));
}

function matchesRange(host: string, rule: string): boolean {
  const [network, bits] = rule.split('/');
  const isRange = network !== undefined && bits !== undefined && isIP(network) !== 0 && isIP(network) === isIP(host);
  const prefix = Number(bits);
  if (!isRange || !Number.isInteger(prefix) || prefix < 0 || prefix > (isIPv6(host) ? 128 : 32)) return false;
  const ranges = new BlockList();
  const family = isIPv6(host) ? 'ipv6' : 'ipv4';
  ranges.addSubnet(network, prefix, family);
  return ranges.check(host, family);
}

/** `a.b` means itself and its subdomains, `.a.b` and `*.a.b` its subdomains only; a port narrows the rule. */
function matchesName(host: string, port: string, rule: string): boolean {
  const [, name = rule, rulePort] = isIPv6(rule) ? [] : (/^\[?(.*?)\]?(?::(\d+))?$/.exec(rule) ?? []);
  if (rulePort !== undefined && rulePort !== port) return false;
  if (name.startsWith('*.')) return host.endsWith(name.slice(1));
  if (name.startsWith('.')) return host.endsWith(name);
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
}
