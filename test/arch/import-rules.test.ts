// Apart from imports.test.ts: dependency-cruiser keeps one path mapping for a process, and each test file has its own.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/packages.js';
import { cruiseSources, type Verdict } from './cruise-sources.js';
import { FORBIDDEN } from './dependency-rules.js';

/** Sources that break each rule, and the violations expected of each file; none for what is allowed. */
const SOURCES: Readonly<Record<string, { readonly text: string; readonly breaks?: readonly string[] }>> = {
  'packages/protocol/src/index.ts': { text: '' },
  'packages/protocol/src/codec.ts': { text: '' },
  'packages/core/src/index.ts': { text: '' },
  'packages/core/src/ports.ts': { text: '' },
  'packages/client/src/index.ts': { text: '' },
  'packages/agent-runtime/src/index.ts': { text: '' },
  'packages/adapters-sql/src/index.ts': { text: 'export type X = 1;' },
  'packages/adapters-sqlite/src/index.ts': { text: '' },
  'test/support/help.ts': { text: '' },

  'packages/protocol/src/upwards.ts': {
    text: "import '@rmm/core';",
    breaks: ['floor-of-protocol: packages/core/src/index.ts'],
  },
  'packages/client/src/type-only-sideways.ts': {
    text: "export type { X } from '@rmm/adapters-sql';",
    breaks: ['floor-of-client: packages/adapters-sql/src/index.ts'],
  },
  'packages/adapters-http/src/dynamic-sideways.ts': {
    text: "export const load = () => import('@rmm/adapters-sqlite');",
    breaks: ['floor-of-adapters-http: packages/adapters-sqlite/src/index.ts'],
  },
  'packages/core/src/cycle-a.ts': {
    text: "import { b } from './cycle-b.js';\nexport const a = () => b;",
    breaks: ['no-cycle: packages/core/src/cycle-b.ts -> packages/core/src/cycle-a.ts'],
  },
  'packages/core/src/cycle-b.ts': {
    text: "import { a } from './cycle-a.js';\nexport const b = () => a;",
  },
  'packages/core/src/type-cycle-a.ts': {
    text: "import type { B } from './type-cycle-b.js';\nexport type A = B[];",
    breaks: ['no-cycle: packages/core/src/type-cycle-b.ts -> packages/core/src/type-cycle-a.ts'],
  },
  'packages/core/src/type-cycle-b.ts': {
    text: "import type { A } from './type-cycle-a.js';\nexport type B = { a: A };",
  },
  'packages/core/src/unresolvable.ts': { text: "import './missing.js';", breaks: ['resolvable: ./missing.js'] },
  'packages/component-sdk/src/agent-to-server.ts': {
    text: "import '@rmm/core';",
    breaks: [
      'agent-apart-from-server: packages/core/src/index.ts',
      'floor-of-component-sdk: packages/core/src/index.ts',
    ],
  },
  'packages/adapters-websocket/src/server-to-agent.ts': {
    text: "import '@rmm/agent-runtime';",
    breaks: ['server-apart-from-agent: packages/agent-runtime/src/index.ts'],
  },
  'packages/adapters-websocket/src/past-the-ports.ts': {
    text: "import '@rmm/core';",
    breaks: ['adapters-see-only-ports: packages/core/src/index.ts'],
  },
  'packages/adapters-console/src/past-the-client.tsx': {
    text: "import '@rmm/protocol';\nimport '@rmm/client';",
    breaks: ['console-sees-only-client: packages/protocol/src/index.ts'],
  },
  'packages/core/src/by-path.ts': {
    text: "import '../../protocol/src/codec.js';",
    breaks: ['packages-by-name: packages/protocol/src/codec.ts'],
  },
  'examples/embed/src/by-path.ts': {
    text: "import '../../../packages/protocol/src/codec.js';",
    breaks: ['examples-by-name: packages/protocol/src/codec.ts'],
  },
  'packages/core/src/support.ts': {
    text: "import '../../../test/support/help.js';",
    breaks: ['support-only-in-tests: test/support/help.ts'],
  },
  'packages/core/src/imports-a-test.ts': {
    text: "import './some.test.js';",
    breaks: ['no-test-as-module: packages/core/src/some.test.ts'],
  },
  'packages/core/src/some.test.ts': { text: '' },
  'packages/adapters-http/src/uses-test-support.ts': {
    text: "import './testing/rig.js';",
    breaks: ['no-test-support-in-production: packages/adapters-http/src/testing/rig.ts'],
  },
  'packages/adapters-http/src/testing/rig.ts': { text: "import '@rmm/core';" },
  'packages/core/src/barrel.ts': {
    text: "import './folder/index.js';",
    breaks: ['no-barrel-inside-a-package: packages/core/src/folder/index.ts'],
  },
  'packages/core/src/folder/index.ts': { text: '' },

  'packages/adapters-http/src/good.ts': {
    text: "import '@rmm/core/ports';\nimport '@rmm/protocol/codec';\nimport './good-too.js';\nimport 'node:fs';",
  },
  'packages/adapters-http/src/good-too.ts': { text: '' },
  'packages/adapters-http/src/good.test.ts': {
    text: "import '@rmm/core';\nimport '@rmm/adapters-sqlite';\nimport '../../../test/support/help.js';",
  },
};

let folder = '';
let verdict: Verdict;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-arch-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('tsconfig.json', readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  for (const [path, { text }] of Object.entries(SOURCES)) write(path, text);
  verdict = await cruiseSources(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(Object.keys(SOURCES))('%s breaks the rules that it should, and no other', (path) => {
  const broken = verdict.violations.filter(({ from }) => from === path).map(({ rule, to }) => `${rule}: ${to}`);
  expect(broken.sort()).toEqual(SOURCES[path]?.breaks ?? []);
});

test('every rule is shown to work, floors by example', () => {
  const shown = new Set(verdict.violations.map(({ rule }) => rule));
  const unshown = FORBIDDEN.flatMap(({ name }) => (name && !shown.has(name) ? [name] : []));
  expect(unshown.filter((name) => !name.startsWith('floor-of-'))).toEqual([]);
});
