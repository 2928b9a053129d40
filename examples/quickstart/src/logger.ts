import type { Logger } from '@rmm/core';

const write = (level: string) => (message: string, meta?: Readonly<Record<string, unknown>>) => {
  const details = meta && Object.keys(meta).length > 0 ? ` ${JSON.stringify(meta)}` : '';
  process.stderr.write(`${new Date().toISOString()} ${level} ${message}${details}\n`);
};

/** Lines on stderr; stdout is kept for what a person needs. */
export const logger: Logger = { debug: () => {}, info: write('info'), warn: write('warn'), error: write('error') };
