import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROUTES_FILE, renderRoutes } from '../../../scripts/client-routes.js';

test('the route table is what the contracts say; else run `npx tsx scripts/client-routes.ts`', () => {
  expect(readFileSync(ROUTES_FILE, 'utf8')).toBe(renderRoutes());
});
