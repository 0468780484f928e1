/** Finds TCP ports on the loopback interface that nobody listens on. */
import {randomInt} from 'node:crypto';
import {createServer} from 'node:net';

/** Below the range from which the system serves outgoing connections: none of those can take a port between choice and use. */
const PORT_MIN = 20_000;
const PORT_MAX = 30_000;
const ATTEMPTS_MAX = 100;

export async function findFreePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; attempt < ATTEMPTS_MAX && ports.size < count; attempt++) {
    const port = randomInt(PORT_MIN, PORT_MAX);
    if (await isFree(port)) ports.add(port);
  }
  if (ports.size < count) throw new Error(`fewer than ${count} free ports found between ${PORT_MIN} and ${PORT_MAX}`);
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
