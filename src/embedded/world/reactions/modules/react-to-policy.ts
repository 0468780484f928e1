/** A change of an update policy reaches the modules that follow it. */
import {readString} from '../../../../domain/fields.ts';
import {deckhouseApi} from '../../seed-modules.ts';
import type {ReactionStage} from '../reaction.ts';

export async function* playPolicy(stage: ReactionStage, name: string): AsyncGenerator<number> {
  yield 0;
  for (const config of await stage.client.list(deckhouseApi, 'ModuleConfig')) {
    if (readString(config, 'spec.updatePolicy') === name) stage.look(`module/${config.metadata.name}`);
  }
}
