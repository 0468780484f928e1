/** What deckhand says of filters, commands and object pages: what it cannot read, what it leaves out. */
export const englishQuery = {
  'query.patternTooLong': (max: number) => `the pattern is longer than ${max} characters`,
  'query.unclosedGroup': () => 'a ( lacks its )',
  'query.unopenedGroup': () => 'a ) lacks its (',
  'query.unclosedSet': () => 'a [ lacks its ]',
  'query.badRange': (range: string) => `${range} is no range of characters`,
  'query.nothingToRepeat': (sign: string) => `nothing stands before ${sign} to be repeated (write \\${sign} for the character itself)`,
  'query.badCount': (count: string) => `the count ${count} runs backwards or is too large`,
  'query.unsupportedSyntax': (syntax: string) => `${syntax} is not supported in patterns`,
  'query.trailingBackslash': () => 'a \\ at the end needs a character after it',
  'query.unknownColumn': (name: string, titles: readonly string[]) =>
    `no column ${name}: there ${titles.length === 1 ? 'is' : 'are'} ${titles.join(', ')} (in quotes it is searched as text)`,
  'query.needsNumber': (column: string) => `${column} needs a number, like 10`,
  'query.needsDuration': (column: string) => `${column} needs a duration, like 10m or 2d`,
  'query.needsVersion': (column: string) => `${column} needs a version, like 1.71.3`,
  'query.needsQuantity': (column: string) => `${column} needs a quantity, like 500m or 1Gi`,
  'query.needsText': (column: string) => `${column} needs something to compare with`,
  'query.missingSelector': (flag: string) =>
    flag === '-l' ? '-l needs a label selector, like -l app=web' : '-f needs a field selector, like -f spec.nodeName=n1',
  'query.badLabelSelector': (selector: string) => `${selector} is no label selector: write app=web, app!=web, app or "app in (web,db)"`,
  'query.badFieldSelector': (selector: string) => `${selector} is no field selector: write metadata.name=web or spec.nodeName!=n1`,
  'query.noKind': () => 'name a kind, like :pods',
  'query.unknownKind': (name: string, nearest: readonly string[]) => withNearest(`no kind ${name} here`, nearest),
  'query.unknownContext': (name: string, nearest: readonly string[]) => withNearest(`no context ${name} in the kubeconfig`, nearest),
  'query.missingValue': (flag: string) => `${flag} needs a value`,
  'query.badNamespace': (name: string) => `${name} is no namespace name: small letters, digits and - only, 63 characters at most`,
  'query.unknownFlag': (flag: string) => `no flag ${flag}: there are -A, -n, -l and -f`,
  'query.tooManyWords': (word: string) => `${word} is one word too many: after kind and namespace write /${word} to filter`,
  'page.moreCharacters': (count: number) => `… ${count.toLocaleString('en')} more characters`,
  'page.folded': (count: number) => `… ${count.toLocaleString('en')} ${count === 1 ? 'entry' : 'entries'}`,
  'page.moreLines': (max: number) => `… cut after ${max.toLocaleString('en')} lines; deckhand get -o yaml prints all of it`,
};

function withNearest(sentence: string, nearest: readonly string[]): string {
  return nearest.length === 0 ? sentence : `${sentence}: ${nearest.join(', ')}?`;
}
