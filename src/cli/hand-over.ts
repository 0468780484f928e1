/** Leaving while runs are in progress: says which, and waits a moment for their next safe point. */
import process from 'node:process';
import {type Catalogue, phrase, say} from '../domain/messages/phrase.ts';
import type {RunDesk} from '../domain/run-desk.ts';

/** A step that takes longer is found by whoever goes on, and settled there. */
const graceMs = 10_000;

export async function handOver(desk: RunDesk | undefined, catalogue: Catalogue): Promise<void> {
  const runs = desk?.inHand() ?? [];
  if (desk === undefined || runs.length === 0) return;
  const names = runs.map(({meta}) => meta.name).join(', ');
  process.stdout.write(`${say(catalogue, phrase('quit.handingOver', runs.length, names))}\n`);
  await desk.close(graceMs);
}
