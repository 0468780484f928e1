/** The one database that a module owns: Commander's. */

export const commanderNamespace = 'd8-commander';
export const commanderModule = 'commander';
/** The database within the cluster. */
export const commanderContent = 'commander';

export const commanderDatabase = {namespace: commanderNamespace, name: 'commander-postgres'} as const;

export function isCommanderDatabase({namespace, name}: {readonly namespace?: string; readonly name: string}): boolean {
  return namespace === commanderNamespace && name === commanderDatabase.name;
}
