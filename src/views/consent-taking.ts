/** Takes a person's consent on a screen: at once by its key, or letter by letter while a name is typed. */
import {phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Key} from '../ui/keys.ts';
import {type ConsentDemand, type ConsentTyping, enterConsent, isTyping, pasteConsent, pressConsent, startTyping} from './consent.ts';
import type {ScreenContext} from './screen.ts';

export class ConsentTaking {
  /** undefined while nothing is typed. */
  typing: ConsentTyping | undefined;
  readonly #onAgreed: () => void;

  constructor(onAgreed: () => void) {
    this.#onAgreed = onAgreed;
  }

  ask(demand: ConsentDemand): void {
    if (demand.kind === 'typed') this.typing = startTyping(demand.texts);
    else this.#onAgreed();
  }

  /** Only while a name is typed. */
  get takesKey(): ((key: Key) => boolean) | undefined {
    const {typing} = this;
    if (typing === undefined) return undefined;
    return key => {
      if (!isTyping(key)) return false;
      this.typing = pressConsent(typing, key);
      return true;
    };
  }

  takesPaste(): void {
    if (this.typing !== undefined) this.typing = pasteConsent(this.typing);
  }

  /** While a name is typed; `id` is that of the screen. */
  bindings(id: string, {say}: ScreenContext, others: readonly Binding[] = []): readonly Binding[] {
    const group = say(phrase('group.plan'));
    const stop = (): void => {
      this.typing = undefined;
    };
    return [
      {id: `${id}.agree`, keys: ['enter'], title: say(phrase('plan.agree')), isInFooter: true, group, run: () => this.#enter()},
      ...others,
      {id: `${id}.stop-typing`, keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: stop},
    ];
  }

  #enter(): void {
    if (this.typing === undefined) return;
    const next = enterConsent(this.typing);
    this.typing = next === 'agreed' ? undefined : next;
    if (next === 'agreed') this.#onAgreed();
  }
}
