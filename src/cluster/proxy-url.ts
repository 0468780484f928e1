/** Which proxies can be used. */

/** For sentences. */
export const proxyUrlForms = 'http://, https:// or socks5://host:port';

export function isProxyUrl(text: string): boolean {
  const parsed = URL.parse(text);
  return parsed !== null && parsed.hostname !== '' && ['http:', 'https:', 'socks5:'].includes(parsed.protocol);
}
