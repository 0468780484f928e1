/** Somebody who goes through printed commands: reads, waits, types the next one, and gives up after a quarter of an hour. */
import type {PostgresHands} from './postgres-hands.ts';

/** Reading what was printed, and typing the next command. */
const betweenSeconds = 60;
const lookSeconds = 5;
const patienceSeconds = 900;

/** The message is what was waited for. */
export class GaveUp extends Error {}

export async function until(hands: PostgresHands, what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < patienceSeconds; waited += lookSeconds) {
    if (await isSo()) return hands.pass(betweenSeconds);
    await hands.pass(lookSeconds);
  }
  throw new GaveUp(what);
}

export async function untilQueueEmpty(hands: PostgresHands): Promise<void> {
  await until(hands, 'the queue main to be empty', async () => /length 0\b/.test(await printQueue(hands)));
}

async function printQueue({platform}: PostgresHands): Promise<string> {
  const [leader] = await platform.world.list('v1', 'Pod', 'd8-system', {labelSelector: 'leader=true'});
  const command = ['deckhouse-controller', 'queue', 'main'];
  const {name = '', uid = ''} = leader?.metadata ?? {};
  const {stdout} = await platform.exec({kind: 'exec', namespace: 'd8-system', pod: name, podUid: uid, container: 'deckhouse', command});
  return stdout;
}
