/** The actions of the object whose page is open. */
import type {KubeObject} from '../domain/kube-object.ts';
import type {Resource} from '../domain/resource.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Action} from './action.ts';
import type {View} from './define-view.ts';
import {actionsOfKind} from './kind-actions.ts';
import {leadBindings} from './lead.ts';
import type {ScreenContext} from './screen.ts';
import {actionBindings} from './start-action.ts';
import {projectRow} from './view-row.ts';

export class PageActions {
  readonly #context: ScreenContext;
  readonly #resource: Resource;
  readonly #view: View<unknown> | undefined;
  readonly #actions: readonly Action[];

  constructor(context: ScreenContext, resource: Resource, view: View<unknown> | undefined) {
    this.#context = context;
    this.#resource = resource;
    this.#view = view;
    this.#actions = [...(view?.actions ?? []), ...actionsOfKind(resource)];
  }

  /** What other objects say is not known on a page: what needs it is told by the plan. */
  bindings(object: KubeObject | undefined): readonly Binding[] {
    const {clock} = this.#context;
    const facts = object && this.#view && projectRow(this.#view.facts)(object).facts;
    const leads = leadBindings(this.#context, this.#view?.leads, facts);
    const actions = actionBindings({
      context: this.#context,
      resource: this.#resource,
      actions: this.#actions,
      row: object && {
        namespace: object.metadata.namespace,
        name: object.metadata.name,
        facts: this.#view === undefined ? {} : facts,
      },
      marked: [],
      seen: {now: clock.now(), related: () => undefined},
    });
    return [...actions, ...leads];
  }
}
