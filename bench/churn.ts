/** A process that changes releases at a steady pace, every second time one of those on the screen: told where by its parent, until that ends it. */
import process from 'node:process';
import {ApiClient, type ApiClientOptions} from '../test/support/control-plane/api-client.ts';

export type ChurnOrder = {
  readonly connection: ApiClientOptions;
  readonly perSecond: number;
  readonly visible: readonly string[];
  readonly others: readonly string[];
};

const path = '/apis/deckhouse.io/v1alpha1/modulereleases';

process.once('message', ({connection, perSecond, visible, others}: ChurnOrder) => {
  const api = new ApiClient(connection);
  let sent = 0;
  const change = async (): Promise<void> => {
    const names = sent % 2 === 0 ? visible : others;
    const name = names[Math.floor(Math.random() * names.length)];
    sent += 1;
    const body = {status: {message: `change number ${sent} of this run`}};
    await api.send({method: 'PATCH', path: `${path}/${name}/status`, body, contentType: 'application/merge-patch+json'});
  };
  const startedAt = performance.now();
  // By the clock and not by the tick: a late tick is made up for.
  setInterval(() => {
    while (sent < ((performance.now() - startedAt) / 1000) * perSecond) change().catch(error => process.stderr.write(`${error}\n`));
  }, 5);
});
process.on('disconnect', () => process.exit(0));
