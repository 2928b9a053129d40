import { rmSync } from 'node:fs';
import type { Options } from 'tsup';

const base: Options = {
  format: 'esm',
  target: 'node20',
  platform: 'node',
  sourcemap: true,
  tsconfig: '../../tsconfig.json',
  // The root config's `paths` point at sources; declarations must name the packages instead.
  dts: { compilerOptions: { paths: {}, ignoreDeprecations: '6.0' } },
  silent: true,
};

/** Empties dist. Not tsup's `clean`: with several builds of one package, one would delete what another wrote. */
export function emptyDist(): void {
  rmSync('dist', { recursive: true, force: true });
}

/** ES modules with declarations, one file an entry and shared chunks beside them; dependencies stay imports. */
export function library(...entries: string[]): Options {
  return { ...base, entry: entries.map((entry) => `src/${entry}.ts`) };
}

/** A library that browsers load too. */
export function browserLibrary(...entries: string[]): Options {
  return { ...library(...entries), platform: 'neutral', target: 'es2022' };
}

/**
 * Programs of one file each with every dependency inside: unbundled modules cost a resident Node process 4 MB.
 * Bundled CommonJS (ws, systeminformation) needs a `require`, which an ES module lacks.
 */
export function program(...entries: string[]): Options {
  return {
    ...library(...entries),
    dts: false,
    splitting: false,
    noExternal: [/.*/],
    external: ['bufferutil', 'utf-8-validate'],
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
    },
  };
}
