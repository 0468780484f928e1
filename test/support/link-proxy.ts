/** A line to a server that can be long, cut, stopped and closed: what passes is bytes, TLS and all. */
import {once} from 'node:events';
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net';

export class LinkProxy {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #delayMs: number;
  readonly #sockets = new Set<Socket>();
  #isStopped = false;
  #isRefusing = false;

  private constructor(targetPort: number, delayMs: number) {
    this.#targetPort = targetPort;
    this.#delayMs = delayMs;
    this.#server = createServer(client => this.#onClient(client));
  }

  /** `delayMs`: what bytes take for the way, in each direction. */
  static async open(targetPort: number, delayMs = 0): Promise<LinkProxy> {
    const proxy = new LinkProxy(targetPort, delayMs);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    const address: string | AddressInfo | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return `https://127.0.0.1:${address.port}`;
  }

  /** Every connection is reset; new ones are welcome. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Bytes wait, in both directions, on connections that stay open; new ones open and wait too. */
  stop(): void {
    this.#isStopped = true;
    for (const socket of this.#sockets) socket.pause();
  }

  refuse(): void {
    this.#isRefusing = true;
    this.cut();
  }

  restore(): void {
    this.#isStopped = false;
    this.#isRefusing = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #onClient(client: Socket): void {
    if (this.#isRefusing) {
      client.on('error', () => client.destroy());
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#targetPort, '127.0.0.1');
    this.#join(client, server);
    this.#join(server, client);
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', chunk => {
      if (this.#delayMs === 0) to.write(chunk);
      else setTimeout(() => to.write(chunk), this.#delayMs);
    });
    from.on('error', () => to.resetAndDestroy());
    from.on('end', () => to.end());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    if (this.#isStopped) from.pause();
  }
}
