/** The keys of a parameter form: those of every field, and those that the kind of the one at hand adds. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import type {FormField} from './form-fields.ts';
import {canPick, picked} from './form-values.ts';

export type FormKeys = {
  readonly current: FormField | undefined;
  /** Of the field at hand, as the cluster offers them. */
  readonly choices: readonly string[];
  readonly isLast: boolean;
  say(phrase: Phrase): string;
  submit(): void;
  move(by: number): void;
  complete(): void;
  change(field: FormField, change: Partial<FormField>): void;
  editText(field: FormField): void;
  leave(): void;
};

export function formBindings({say, current, choices, isLast, submit, move, complete, leave, ...keys}: FormKeys): readonly Binding[] {
  const group = say(phrase('group.form'));
  const plan = say(phrase('form.plan'));
  const canComplete = choices.length > 0 && (current === undefined || !canPick(current, choices));
  return [
    {
      id: 'form.enter',
      keys: ['enter'],
      title: isLast ? plan : say(phrase('form.next')),
      isInFooter: true,
      group,
      run: () => (isLast ? submit() : move(1)),
    },
    {id: 'form.tab', keys: ['tab'], title: say(phrase('form.complete')), isInFooter: canComplete, group, run: complete},
    {id: 'form.down', keys: ['down'], title: say(phrase('key.down')), group, run: () => move(1)},
    {id: 'form.up', keys: ['up', 'shift-tab'], title: say(phrase('key.up')), group, run: () => move(-1)},
    {id: 'form.submit', keys: ['ctrl-s'], title: plan, isInFooter: !isLast, group, run: submit},
    ...(current === undefined ? [] : fieldBindings({say, choices, ...keys}, current)),
    {id: 'form.back', keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: leave},
  ];
}

function fieldBindings(
  {say, choices, change, editText}: Pick<FormKeys, 'say' | 'choices' | 'change' | 'editText'>,
  current: FormField,
): readonly Binding[] {
  const {field, isMasked, prompt} = current;
  const group = say(phrase('group.form'));
  if (canPick(current, choices)) {
    const title = say(phrase('form.pick'));
    const pick = (by: 1 | -1) => () => change(current, picked(current, choices, by));
    return [
      {id: 'form.pick', keys: ['space', 'right'], title, isInFooter: true, group, run: pick(1)},
      {id: 'form.pick-back', keys: ['left'], title, group, run: pick(-1)},
    ];
  }
  switch (field.type) {
    case 'fields':
    case 'list':
      return [
        {id: 'form.edit', keys: ['ctrl-o'], title: say(phrase('form.editor')), isInFooter: true, group, run: () => editText(current)},
      ];
    case 'secret':
      return [
        {
          id: 'form.mask',
          keys: ['ctrl-n'],
          title: say(isMasked ? phrase('form.nameSecret') : phrase('form.typeSecret')),
          isInFooter: true,
          group,
          run: () => change(current, {isMasked: !isMasked, prompt: {...prompt, text: '', cursor: 0}}),
        },
      ];
    default:
      return [];
  }
}
