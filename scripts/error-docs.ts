// Writes docs/reference/errors.md from the error codes of packages/protocol; a test compares the two.
import { writeFileSync } from 'node:fs';
import { ERROR_CODES } from '../packages/protocol/src/error-codes.js';
import { isMain } from './is-main.js';

export const errorDocsFile = new URL('../docs/reference/errors.md', import.meta.url);

/** The page for a table of codes and their meanings. */
export function errorDocs(codes: Readonly<Record<string, string>>): string {
  const rows = Object.entries(codes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, meaning]) => `| \`${code}\` | ${meaning.replaceAll('|', '\\|')} |`);
  return `# Error codes

Every error that leaves the RMM is an \`RmmError\` with one of these codes. Compare \`error.code\`: messages are for people
and may change. A code is never reused for another meaning.

| code | meaning |
|---|---|
${rows.join('\n')}
`;
}

if (isMain(import.meta.url)) writeFileSync(errorDocsFile, errorDocs(ERROR_CODES));
