/** The commands that only read, and so may be run inside pods where nothing may be changed: a closed list of whole argument lists. */

/** An argument is given as it is, or by all the forms that it may take. */
type Argument = string | RegExp;

const moduleName = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/;
const output = /^(json|yaml|text)$/;

/** What a member of a Patroni cluster tells about itself and the others. */
const patroniUrl =
  /^http:\/\/(localhost|127\.0\.0\.1):8008\/(cluster|patroni|leader|primary|master|read-write|read-only|replica(\?lag=\d+([kM]B)?)?|sync|async|health|liveness|readiness)$/;

const readCommands: ReadonlyArray<readonly Argument[]> = [
  ['deckhouse-controller', 'queue', 'list'],
  ['deckhouse-controller', 'queue', 'list', '-o', output],
  ['deckhouse-controller', 'queue', 'main'],
  ['deckhouse-controller', 'queue', 'main', '-o', output],
  ['deckhouse-controller', 'module', 'values', moduleName],
  ['deckhouse-controller', 'module', 'values', moduleName, '-o', output],
  ['curl', '-s', patroniUrl],
  ['curl', '-s', '-o', '-', '-w', '\\n%{http_code}', patroniUrl],
  ['curl', '-m', /^[1-9]\d?$/, '-s', '-o', '-', '-w', '\\n%{http_code}', patroniUrl],
];

export function isReadCommand(command: readonly string[]): boolean {
  return readCommands.some(known => known.length === command.length && known.every((argument, index) => fits(argument, command[index])));
}

function fits(argument: Argument, given: string | undefined): boolean {
  return given !== undefined && (typeof argument === 'string' ? argument === given : argument.test(given));
}
