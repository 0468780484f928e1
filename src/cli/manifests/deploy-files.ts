/** The files of deploy/ that are made from the program: what `deckhand manifests` prints by itself, and the kinds alone. */
import {approvalDefinition, runDefinition} from '../../domain/run-kinds/run-definitions.ts';
import {manifestDefaults} from '../manifest-flags.ts';
import {manifestText, manifestYaml} from '../manifests.ts';

/** By path below deploy/. */
export function deployFiles(version: string): ReadonlyMap<string, string> {
  const kinds = [runDefinition, approvalDefinition].map(definition => {
    const [plural, ...group] = definition.metadata.name.split('.');
    return [`crds/${group.join('.')}_${plural}.yaml`, manifestYaml(definition)] as const;
  });
  return new Map([...kinds, ['deckhand.yaml', manifestText(manifestDefaults(version), version)]]);
}
