/** Suggestions for a word that is being typed. */

export type Completion = {
  /** Whole lines, the best first. */
  readonly suggestions: readonly Suggestion[];
  /** What the best suggestion would add behind the cursor; '' where it does not simply go on from what stands there. */
  readonly ghost: string;
};

export type Suggestion = {
  /** What stands in the list: the word alone. */
  readonly word: string;
  /** The line once it is taken. */
  readonly line: string;
};

const suggestionsMax = 50;

/** Names that begin with `typed` come first, then those that hold its letters in order; [] where `typed` is there already. */
export function rankNames(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const ranked: {name: string; rank: number; index: number}[] = [];
  for (const [index, name] of [...new Set(names)].entries()) {
    const rank = rankOf(wanted, name.toLowerCase());
    if (rank !== undefined) ranked.push({name, rank, index});
  }
  return ranked
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, suggestionsMax)
    .map(({name}) => name);
}

/** Completes the end of `line`, from `from` on, to one of `names`; `suffix` is put behind the name. */
export function completeWord(line: string, from: number, names: readonly string[], suffix = ''): Completion {
  const typed = line.slice(from);
  const suggestions = rankNames(typed, names).map(word => ({word, line: line.slice(0, from) + word + suffix}));
  const best = suggestions[0]?.line;
  const isContinued = typed !== '' && best?.toLowerCase().startsWith(line.toLowerCase()) === true;
  return {suggestions, ghost: isContinued && best !== undefined ? best.slice(line.length) : ''};
}

/** 0 for the name itself and what begins with it, then by how far the letters stand apart. */
function rankOf(typed: string, name: string): number | undefined {
  if (name.startsWith(typed)) return name.length === typed.length ? -1 : 0;
  const inside = name.indexOf(typed);
  if (inside > 0) return inside;
  let at = -1;
  let gaps = 0;
  for (const letter of typed) {
    const next = name.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    gaps += next - at - 1;
    at = next;
  }
  // Behind every name that holds the letters side by side.
  return 1000 + gaps;
}
