/** The commands that `:` remembers. */

export const commandsMax = 20;

/** Newest last, each once. */
export function rememberCommand(history: readonly string[], line: string): readonly string[] {
  const command = line.trim().replace(/\s+/g, ' ');
  if (command === '') return history;
  return [...history.filter(known => known !== command), command].slice(-commandsMax);
}
