/** Closes a test run with one plain line that any tool can read: `N passed, N failed, N skipped`. */
import type {Reporter, TestModule} from 'vitest/node';

export const plainSummary: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const counts = {passed: 0, failed: 0, skipped: 0, pending: 0};
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed += 1;
    }
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped + counts.pending} skipped`);
  },
};
