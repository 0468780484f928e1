/** All kinds that a server serves, and how the names that people type find them, in kubectl's order of preference. */
import type {Resource} from '../domain/resource.ts';
import type {GroupVersion} from './discovery-document.ts';

export type WantedKind = {
  readonly group: string;
  readonly plural: string;
  /** In the order in which the caller can read them; the server's preferred one where absent. */
  readonly versions?: readonly string[];
};

type Matcher = (resource: Resource, name: string) => boolean;

/** A whole plural wins over a short name, that over a singular, that over a kind, each in whatever group it stands. */
const matchers: readonly Matcher[] = [
  ({plural}, name) => plural === name,
  ({shortNames}, name) => shortNames.includes(name),
  ({singular}, name) => singular === name,
  ({kind}, name) => kind.toLowerCase() === name,
];

export class KindCatalog {
  /** In the server's order of preference: groups as it lists them, in each group its versions. */
  readonly #all: readonly Resource[];

  constructor(groupVersions: readonly GroupVersion[]) {
    this.#all = groupVersions.flatMap(({resources}) => resources);
  }

  /** `name`, `name.group`, `name.version.group`; letter case does not matter. */
  find(typed: string): Resource | undefined {
    const [name = '', ...rest] = typed.toLowerCase().split('.');
    if (rest.length === 0) return this.#match(name, () => true);
    const [version, ...groupAfterVersion] = rest;
    const isFull = groupAfterVersion.length > 0;
    const exact = isFull && this.#match(name, kind => kind.version === version && kind.group === groupAfterVersion.join('.'));
    return exact || this.#match(name, kind => kind.group === rest.join('.'));
  }

  /** undefined where the server serves no version of it that the caller can read. */
  pick({group, plural, versions}: WantedKind): Resource | undefined {
    const served = this.versionsOf({group, plural});
    if (versions === undefined) return served[0];
    for (const version of versions) {
      const found = served.find(resource => resource.version === version);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  versionsOf({group, plural}: Pick<WantedKind, 'group' | 'plural'>): readonly Resource[] {
    return this.#all.filter(resource => resource.group === group && resource.plural === plural);
  }

  /** What can be listed, each kind once, in its preferred version. */
  listable(): readonly Resource[] {
    const seen = new Set<string>();
    return this.#all.filter(({group, plural, verbs}) => {
      const name = `${plural}.${group}`;
      if (seen.has(name) || !verbs.includes('list')) return false;
      seen.add(name);
      return true;
    });
  }

  #match(name: string, isWanted: (resource: Resource) => boolean): Resource | undefined {
    if (name === '') return undefined;
    for (const matches of matchers) {
      const found = this.#all.find(resource => matches(resource, name) && isWanted(resource));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
