// Writes the client's route table out of core's contracts: `npx tsx scripts/client-routes.ts`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CORE_CONTRACTS } from '@rmm/core';
import { isMain } from './is-main.js';

/** Where the table is kept. */
export const ROUTES_FILE = fileURLToPath(new URL('../packages/client/src/routes.ts', import.meta.url));

/** The table's source text: every operation that can be reached over HTTP, `feature.operation` to `METHOD /path`. */
export function renderRoutes(): string {
  const rows = Object.entries(CORE_CONTRACTS).flatMap(([feature, contracts]) =>
    Object.entries(contracts).flatMap(([name, contract]) =>
      'route' in contract && contract.route ? [`  '${feature}.${name}': '${contract.route}',`] : [],
    ),
  );
  return `// Made by scripts/client-routes.ts out of core's contracts; not edited by hand.

/** Every operation of core that is reachable over HTTP, and where. */
export const ROUTES = {
${rows.join('\n')}
} as const satisfies Readonly<Record<string, string>>;
`;
}

if (isMain(import.meta.url)) writeFileSync(ROUTES_FILE, renderRoutes());
