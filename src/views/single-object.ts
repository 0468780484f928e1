/** One whole object, watched while its page is open, and its last state after it is gone. */

import type {KubeObject} from '../domain/kube-object.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {Resource} from '../domain/resource.ts';
import type {SourceStatus} from '../domain/source.ts';
import type {SourceLease} from '../store/source-pool.ts';
import type {Banner} from '../ui/screen-frame.tsx';
import type {ScreenContext} from './screen.ts';
import {sourceBanners} from './source-banners.ts';

/** Names are unique within a scope, so more than one row can only be a replacement under way. */
const rowsMax = 2;

export class SingleObject {
  readonly #context: ScreenContext;
  readonly #resource: Resource;
  readonly #name: string;
  readonly #lease: SourceLease<KubeObject>;
  #last: KubeObject | undefined;

  constructor(context: ScreenContext, resource: Resource, namespace: string | undefined, name: string) {
    this.#context = context;
    this.#resource = resource;
    this.#name = name;
    this.#lease = context.session.acquire<KubeObject>({
      resource,
      ...(resource.isNamespaced && namespace !== undefined ? {namespace} : {}),
      fieldSelector: `metadata.name=${name}`,
      form: 'object',
      projection: {name: 'page', project: object => object},
      hasManagedFields: true,
      rowsMax,
    });
  }

  /** The object as it is now; the last state that was seen where it is gone; undefined before the first answer. */
  read(): KubeObject | undefined {
    this.#last = this.current() ?? this.#last;
    return this.#last;
  }

  current(): KubeObject | undefined {
    for (const entry of this.#lease.collection.entries()) return entry.row;
    return undefined;
  }

  version(): number {
    return this.#lease.collection.versions.all;
  }

  status(): SourceStatus {
    return this.#lease.status();
  }

  banners(): readonly Banner[] {
    const banners = sourceBanners(this.#resource, this.#lease.status(), this.#context);
    if (this.#lease.status().state !== 'live' || this.current() !== undefined) return banners;
    const {say} = this.#context;
    const text =
      this.#last === undefined
        ? say(phrase('screen.objectMissing', `${this.#resource.singular} ${this.#name}`))
        : say(phrase('screen.objectGone'));
    return [...banners, {text, tone: 'broken'}];
  }

  release(): void {
    this.#lease.release();
  }
}
