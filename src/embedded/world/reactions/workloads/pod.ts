/** A pod that somebody made by hand finds a node and runs. */
import {claimsOf} from '../../postgres/objects.ts';
import type {ReactionStage} from '../reaction.ts';
import {startWaiting} from './pods.ts';

export async function* playPod(stage: ReactionStage, path: string): AsyncGenerator<number> {
  const [namespace = '', name = ''] = path.split('/');
  yield 500;
  const pod = await stage.client.find({apiVersion: 'v1', kind: 'Pod', name, namespace});
  if (pod !== undefined && claimsOf(pod).length === 0) yield* startWaiting(stage, [pod]);
}
