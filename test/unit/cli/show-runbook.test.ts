/** Every runbook of the catalogue as a procedure on paper. */
import {expect, test} from 'vitest';
import {runbookText} from '../../../src/cli/runbook/show-runbook.ts';
import {runbooks} from '../../../src/runbooks/catalog.ts';

test.each(runbooks.map(runbook => [runbook.name, runbook] as const))(
  '%s prints whole, without a hole where a fact belongs',
  (_, runbook) => {
    const text = runbookText(runbook);
    expect(text).not.toMatch(/undefined|\[object|NaN/);
    for (const part of ['Why: ', 'What could go wrong: ', '## Parameters', '## Steps', '### 1. ', '```sh', '## Rights'])
      expect(text).toContain(part);
  },
);
