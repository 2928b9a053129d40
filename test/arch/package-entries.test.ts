import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { publishedPackages, root } from '../../scripts/packages.js';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly type: string;
  readonly sideEffects: boolean;
  readonly engines: { readonly node: string };
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

const packages = publishedPackages().map((pkg) => ({
  ...pkg,
  manifest: JSON.parse(readFileSync(join(pkg.folder, 'package.json'), 'utf8')) as Manifest,
}));
const version = packages[0]?.manifest.version;

describe.each(packages)('$name', ({ name, folder, entries, manifest }) => {
  test('has the manifest of every package', () => {
    expect(manifest).toMatchObject({
      name: `@rmm/${name}`,
      version,
      license: 'MIT',
      type: 'module',
      engines: { node: '>=20.19' },
    });
    expect(manifest.files).toContain('dist');
    expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
  });

  test('needs its siblings in its own version', () => {
    const siblings = Object.entries(manifest.dependencies ?? {}).filter(([dependency]) =>
      dependency.startsWith('@rmm/'),
    );
    expect(siblings).toEqual(siblings.map(([dependency]) => [dependency, version]));
  });

  test('has a source for every entry, and the path mapping points there', () => {
    expect(entries).toContain('index');
    for (const entry of entries) {
      const specifier = entry === 'index' ? `@rmm/${name}` : `@rmm/${name}/${entry}`;
      const source = join(folder, 'src', `${entry}.ts`);
      expect(existsSync(source), source).toBe(true);
      expect(resolve(specifier)).toBe(source);
    }
  });

  test('has built every entry and program', () => {
    const files = entries.flatMap((entry) => [`dist/${entry}.js`, `dist/${entry}.d.ts`]);
    expect([...files, ...Object.values(manifest.bin ?? {})].filter((file) => !existsSync(join(folder, file)))).toEqual(
      [],
    );
    for (const program of Object.values(manifest.bin ?? {})) {
      expect(readFileSync(join(folder, program), 'utf8').split('\n', 1)).toEqual(['#!/usr/bin/env node']);
    }
  });
});

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
);

/** The file that the compiler takes an import of a test for. */
function resolve(specifier: string): string | undefined {
  return ts.resolveModuleName(specifier, join(root, 'test', 'x.ts'), options, ts.sys).resolvedModule?.resolvedFileName;
}
