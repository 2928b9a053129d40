import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { apiReporter, apiReportFile } from '../../scripts/api-report.js';
import { type PublishedPackage, publishedPackages } from '../../scripts/packages.js';

const packages = publishedPackages();
let report: (pkg: PublishedPackage) => string;

beforeAll(() => {
  report = apiReporter(packages);
}, 180_000);

test.each(packages)('the public surface of $name is as committed (npm run api-report)', (pkg) => {
  const file = apiReportFile(pkg);
  expect(existsSync(file), `${file} is missing`).toBe(true);
  expect(report(pkg)).toBe(readFileSync(file, 'utf8'));
});
