/** What has been changed of the settings that a group's nodes take over, and whether that needs a disruption. */
import type {Fields} from '../../../../domain/fields.ts';
import {nodeGroupCosts} from '../../../../domain/node-group-cost.ts';
import {groupCatalogue} from '../../node-catalogue.ts';

export class Configurations {
  readonly #specs = new Map<string, Fields>(groupCatalogue.map(({name, spec}) => [name, spec]));
  readonly #needs = new Map<string, boolean>();

  /** true where nodes have to take something over since the group was last looked at. */
  learn(group: string, spec: Fields): boolean {
    const before = this.#specs.get(group);
    this.#specs.set(group, spec);
    if (before === undefined) return false;
    const costs = nodeGroupCosts(before, spec).map(({cost}) => cost);
    const isDisruptive = costs.includes('disruption');
    if (!isDisruptive && !costs.includes('kubelet-restart')) return false;
    this.#needs.set(group, isDisruptive);
    return true;
  }

  isEdited(group: string): boolean {
    return this.#needs.has(group);
  }

  /** Of an update that began before anybody edited anything nobody knows better. */
  needsDisruption(group: string): boolean {
    return this.#needs.get(group) ?? true;
  }
}
