import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const packages = fileURLToPath(new URL('./packages/', import.meta.url));

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    // Tests run on the sources; only the tests that say so read dist.
    alias: [
      { find: /^@rmm\/([^/]+)$/, replacement: `${packages}$1/src/index.ts` },
      { find: /^@rmm\/([^/]+)\/(.+)$/, replacement: `${packages}$1/src/$2.ts` },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['test/support/report-missing.ts'],
    setupFiles: ['test/support/patience.ts'],
    pool: 'forks',
    maxWorkers: 2,
    reporters: [['default', { summary: false }]],
    silent: 'passed-only',
    // Many times what a test takes, for machines that are slow or busy. What takes longer by nature says so itself.
    testTimeout: 30_000,
    hookTimeout: 90_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
