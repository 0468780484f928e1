/** Describes tests whose programs may be missing on this machine: skipped with the reason, or failed where their tier is required. */
import {describe, test} from 'vitest';

/** `missing` names what is not there; undefined when everything is. `.ci/run` requires its tiers, a developer's `npm test` does not. */
export function describeWhere(missing: string | undefined, name: string, body: () => void, tier: 'embedded' | 'lab' = 'embedded'): void {
  if (missing === undefined) {
    describe(name, body);
    return;
  }
  const sentence = `${name}: ${missing}`;
  if (isRequired(tier)) {
    test(name, () => {
      throw new Error(sentence);
    });
    return;
  }
  console.warn(`skipped: ${sentence}`);
  test.skip(sentence, () => {});
}

function isRequired(tier: string): boolean {
  return (process.env.DECKHAND_REQUIRE_TIERS ?? '').split(',').includes(tier);
}
