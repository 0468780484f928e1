/** A runbook as a readable procedure in Markdown, with the commands that do the same by hand. Needs no cluster. */
import type {RunbookEntry} from '../../domain/run-desk.ts';
import type {Runbook} from '../../engine/define-runbook.ts';
import type {Step} from '../../engine/define-step.ts';
import {entryOf} from '../desk/catalogue-entries.ts';
import {exampleSteps} from './example-steps.ts';

export function runbookText(runbook: Runbook): string {
  const entry = entryOf(runbook);
  const {title, why, will, danger} = entry.words;
  return [
    `# ${entry.name}: ${title.en}`,
    '',
    `Risk: ${entry.risk}. Group: ${entry.group}. Version ${entry.version}.`,
    '',
    `Why: ${why.en}`,
    '',
    will.en,
    '',
    `What could go wrong: ${danger.en}`,
    '',
    '## Parameters',
    '',
    ...parameterLines(entry),
    '',
    '## Steps',
    '',
    ...exampleSteps(runbook).flatMap(stepLines),
    '## Rights',
    '',
    ...runbook.permissions.map(({verbs, group, resource}) => `- ${verbs.join(', ')} ${resource}${group === '' ? '' : `.${group}`}`),
  ].join('\n');
}

function parameterLines({target, parameters}: RunbookEntry): readonly string[] {
  const form = target === undefined ? 'resource.group/[namespace/]name' : target.isNamespaced ? 'namespace/name' : 'name';
  return [
    `- target (required): ${target?.kind ?? 'any object'}, as ${form}`,
    ...parameters.map(({name, type, isRequired, neededFor, words, default: value}) => {
      const need = isRequired ? ', required' : neededFor === undefined ? '' : `, ${neededFor.en}`;
      const kind = `${type}${need}${value === undefined ? '' : `, ${String(value)} if absent`}`;
      return `- ${name} (${kind}): ${words.en}`;
    }),
  ];
}

function stepLines(step: Step, index: number): readonly string[] {
  const will = step.effect === 'HumanConfirmed' ? step.ask.en : step.will.en;
  const isUndoable = 'undo' in step && step.undo !== undefined;
  return [
    `### ${index + 1}. ${step.title.en}`,
    '',
    will,
    ...(step.danger === undefined ? [] : ['', `What could go wrong: ${step.danger.en}`]),
    ...(step.gate === undefined ? [] : ['', `Gate ${step.gate.id}: ${step.gate.ask.en}`]),
    '',
    isUndoable ? 'Can be undone.' : step.isHarmless === true ? 'Nothing to undo.' : 'Cannot be undone.',
    ...(step.commands.length === 0 ? [] : ['', '```sh', ...step.commands, '```']),
    '',
  ];
}
