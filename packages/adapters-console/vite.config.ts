import { defineConfig } from 'vite';

/** What every view needs; one file, so that the first page is there after one round trip. */
const SHARED = /\/(?:client\/dist|preact|src\/(?:app|format|parts|router|state))\//;

export default defineConfig({
  // Relative addresses: a host may mount the console under any path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    rolldownOptions: {
      input: { index: 'index.html', elements: 'src/elements.ts' },
      preserveEntrySignatures: 'allow-extension',
      output: {
        // Hosts name the elements' file in their pages, so its name stays.
        entryFileNames: ({ name }) => (name === 'elements' ? '[name].js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [
            { name: 'index-shared', test: SHARED, priority: 2 },
            // What several views use goes into one more file, rather than into a dozen of a few hundred bytes.
            { name: 'common', test: /\/src\//, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
