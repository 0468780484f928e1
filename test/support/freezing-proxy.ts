/** A line to a server on which a single connection can fall silent while all others go on: what a broken middlebox does to one stream. */
import {once} from 'node:events';
import {connect, createServer, type Server, type Socket} from 'node:net';

export type Connection = {readonly client: Socket; readonly server: Socket};

export class FreezingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #heard = new Set<Connection>();

  private constructor(targetPort: number) {
    this.#server = createServer(client => this.#join(client, connect(targetPort, '127.0.0.1')));
  }

  static async open(target: string): Promise<FreezingProxy> {
    const proxy = new FreezingProxy(Number(new URL(target).port));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return `https://127.0.0.1:${address.port}`;
  }

  /** The connections on which the server said something since this was asked last. */
  takeHeard(): readonly Connection[] {
    const heard = [...this.#heard];
    this.#heard = new Set();
    return heard;
  }

  /** Nothing passes any more, in either direction; the connection stays open. */
  freeze({client, server}: Connection): void {
    server.pause();
    client.pause();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket, server: Socket): void {
    const connection = {client, server};
    client.on('data', chunk => server.write(chunk));
    server.on('data', chunk => {
      this.#heard.add(connection);
      client.write(chunk);
    });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
