/** An object in the user's editor, as often as it takes to become a patch; what was changed then stands as a plan. */
import type {KubeObject} from '../domain/kube-object.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {type DraftForm, draftPatch, draftText} from '../domain/object-draft.ts';
import type {Resource} from '../domain/resource.ts';
import type {ActionRow} from './action.ts';
import type {ScreenContext} from './screen.ts';
import {SingleObject} from './single-object.ts';

export type EditRequest = {
  readonly resource: Resource;
  readonly row: ActionRow;
  readonly target: string;
  readonly runbook: string;
  readonly form: DraftForm;
};

export async function startEdit(context: ScreenContext, {resource, row, target, runbook, form}: EditRequest): Promise<void> {
  const object = await readWhole(context, resource, row);
  if (object === undefined) {
    context.flash(phrase('screen.objectMissing', row.name), 'broken');
    context.draw();
    return;
  }
  let text = draftText(object);
  for (;;) {
    const edited = await context.editText(text, `${row.name}.yaml`);
    if (edited === undefined) return;
    const draft = draftPatch(object, edited, form);
    if (draft.kind === 'patch') {
      context.goInto({kind: 'plan', draft: {runbook, targets: [target], parameters: {patch: draft.patch}}});
      return;
    }
    if (draft.kind === 'unchanged') return;
    // Nothing that was typed is lost: it is shown again, with what is wrong above it.
    text = `# ${context.say(draft.why)}\n${edited.replace(/^# .*\n/, '')}`;
  }
}

/** undefined where it is not there any more. */
async function readWhole(
  {session, ...context}: ScreenContext,
  resource: Resource,
  {namespace, name}: ActionRow,
): Promise<KubeObject | undefined> {
  const object = new SingleObject({session, ...context}, resource, namespace, name);
  const isRead = (): boolean => object.current() !== undefined || object.status().state !== 'syncing';
  if (!isRead()) {
    await new Promise<void>(resolve => {
      const stop = session.subscribe(() => {
        if (!isRead()) return;
        stop();
        resolve();
      });
    });
  }
  const found = object.current();
  object.release();
  return found;
}
