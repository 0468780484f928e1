/** The test tiers as vitest projects, one after another; the tiers that start servers run their files one after another too. */
import {defineConfig} from 'vitest/config';
import {plainSummary} from './test/support/plain-summary.ts';

const slow = {testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false};

export default defineConfig({
  test: {
    passWithNoTests: false,
    reporters: ['default', plainSummary],
    projects: [
      {
        test: {
          name: 'unit',
          sequence: {groupOrder: 0},
          include: ['test/unit/**/*.test.{ts,tsx}', 'test/architecture.test.ts'],
          testTimeout: 60_000,
          // Modules hold no state (test/architecture.test.ts): reading them anew for each of a hundred files was most of the tier's time.
          isolate: false,
          env: {FORCE_COLOR: '1'},
        },
      },
      {test: {name: 'embedded', sequence: {groupOrder: 1}, include: ['test/embedded/**/*.test.ts'], ...slow}},
      {test: {name: 'screen', sequence: {groupOrder: 2}, include: ['test/screen/**/*.test.{ts,tsx}'], ...slow}},
      {test: {name: 'cluster', sequence: {groupOrder: 3}, include: ['test/cluster/**/*.test.ts'], ...slow}},
      {test: {name: 'lab', sequence: {groupOrder: 4}, include: ['test/lab/**/*.test.ts'], ...slow}},
    ],
  },
});
