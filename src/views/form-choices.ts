/** What the cluster offers for the field at hand: choices of the runbook, names of the target's kind, yes and no. */
import type {Fields} from '../domain/fields.ts';
import type {ParameterField, RunbookEntry} from '../domain/run-desk.ts';
import type {SourceLease} from '../store/source-pool.ts';
import {targetName} from './form-fields.ts';
import type {ScreenContext} from './screen.ts';

const namesMax = 2_000;

export class FormChoices {
  readonly #context: ScreenContext;
  readonly #known = new Map<string, {readonly asked: string; readonly choices: readonly string[]}>();
  #names: SourceLease<null> | undefined;
  #isNamespaced = false;
  #isClosed = false;

  constructor(context: ScreenContext) {
    this.#context = context;
  }

  of(name: string): readonly string[] {
    if (name !== targetName) return this.#known.get(name)?.choices ?? [];
    const entries = [...(this.#names?.collection.entries() ?? [])];
    return entries.map(entry => (this.#isNamespaced ? `${entry.namespace}/${entry.name}` : entry.name)).sort();
  }

  /** Asks once for what is typed in the other fields; who looks sees the answer when it is there. */
  ask({name: runbook, target}: RunbookEntry, {name, type, hasChoices}: ParameterField, typed: Fields): void {
    if (name === targetName) {
      this.#watchNames(hasChoices ? target : undefined);
      return;
    }
    if (type === 'boolean') {
      this.#known.set(name, {asked: '', choices: ['true', 'false']});
      return;
    }
    const {[name]: _, ...others} = typed;
    const asked = JSON.stringify(others);
    const desk = this.#context.session.desk();
    if (!hasChoices || desk === undefined || this.#known.get(name)?.asked === asked) return;
    this.#known.set(name, {asked, choices: this.#known.get(name)?.choices ?? []});
    desk.choices({runbook, parameters: others}, name).then(
      choices => this.#take(name, asked, choices),
      // Who may not list what there is can still type it.
      () => this.#take(name, asked, []),
    );
  }

  dispose(): void {
    this.#isClosed = true;
    this.#names?.release();
  }

  #take(name: string, asked: string, choices: readonly string[]): void {
    if (this.#isClosed || this.#known.get(name)?.asked !== asked) return;
    this.#known.set(name, {asked, choices});
    this.#context.draw();
  }

  #watchNames(target: RunbookEntry['target']): void {
    if (target === undefined || this.#names !== undefined) return;
    const {session} = this.#context;
    const resource = session.pick({group: target.group, plural: target.plural});
    if (resource === undefined) return;
    this.#isNamespaced = resource.isNamespaced;
    this.#names = session.acquire<null>({resource, form: 'table', projection: {name: 'names', project: () => null}, rowsMax: namesMax});
  }
}
