/** What must hold before a module can be turned on. */
import type {KubeObject} from '../domain/kube-object.ts';
import {missingFor, rivalOf} from '../domain/module-links.ts';
import {readModule} from '../domain/module-verdict.ts';
import {readUpdatePolicy, type UpdatePolicy} from '../domain/update-policy.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {sourceError} from './module-stages.ts';
import {moduleKind} from './targets.ts';

/** Edition, dependencies, and modules that shut this one out. */
export async function refuseUnlessPossible(reader: Reader, module: KubeObject): Promise<void> {
  const {name, phase, enabled} = readModule(module);
  if (phase === 'Unavailable') {
    throw new Refusal(
      'NotInEdition',
      enabled?.message || {
        en: `module ${name} is not part of this edition of the platform`,
        ru: `модуль ${name} не входит в эту редакцию платформы`,
      },
    );
  }
  const modules = await reader.list(moduleKind);
  const missing = missingFor(module, modules);
  if (missing.length > 0) {
    throw new Refusal('DependencyOff', {
      en: `module ${name} needs ${missing.join(', ')}, which is off or unknown: turn that on first`,
      ru: `модулю ${name} нужны ${missing.join(', ')}: выключены или неизвестны; сначала включите их`,
    });
  }
  const rival = rivalOf(module, modules);
  if (rival !== undefined)
    throw new Refusal('Excluded', {
      en: `module ${name} and ${rival} exclude each other: turn ${rival} off first`,
      ru: `модули ${name} и ${rival} исключают друг друга: сначала выключите ${rival}`,
    });
}

/** The source that the module will come from; `wanted` is what the person or the ModuleConfig named. */
export async function chooseSource(reader: Reader, module: KubeObject, wanted: string | undefined): Promise<string> {
  const {name, source, availableSources} = readModule(module);
  const offered = availableSources.join(', ');
  if (availableSources.length === 0) {
    throw new Refusal('NoSource', {
      en: `no source offers module ${name} now: look at the ModuleSources, or add one with module-source-add`,
      ru: `ни один источник сейчас не предлагает модуль ${name}: посмотрите ModuleSource или добавьте источник через module-source-add`,
    });
  }
  const chosen = wanted || source || (availableSources.length === 1 ? availableSources[0] : undefined);
  if (chosen === undefined)
    throw new Refusal('SourceConflict', {
      en: `several sources offer module ${name}: choose one as source (${offered})`,
      ru: `модуль ${name} предлагают несколько источников: выберите source (${offered})`,
    });
  if (!availableSources.includes(chosen)) {
    throw new Refusal('UnknownSource', {
      en: `source ${chosen} does not offer module ${name}; those that do: ${offered}`,
      ru: `источник ${chosen} не предлагает модуль ${name}; предлагают: ${offered}`,
    });
  }
  const error = await sourceError(reader, chosen, name);
  if (error !== undefined)
    throw new Refusal('SourceFails', {
      en: `source ${chosen} cannot deliver module ${name} now: ${error}`,
      ru: `источник ${chosen} сейчас не может доставить модуль ${name}: ${error}`,
    });
  return chosen;
}

/** The policies that a ModuleConfig can name. */
export async function listPolicies(reader: Reader): Promise<readonly UpdatePolicy[]> {
  const kind = await reader.served('deckhouse.io', 'moduleupdatepolicies', ['v1alpha2', 'v1alpha1']);
  const policies = kind === undefined ? [] : await reader.list(kind);
  return policies.map(readUpdatePolicy);
}

export async function policyNames(reader: Reader): Promise<readonly string[]> {
  return (await listPolicies(reader)).map(({name}) => name);
}
