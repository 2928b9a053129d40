import type { Options } from 'tsup';
import { program } from '../../tsup.base.js';

/**
 * The resident agent is minified CommonJS: an ES module's import of a built-in one loads every part of it (WebCrypto, Blob,
 * histograms…), which costs 1.2 MB for the life of the process.
 */
const resident: Options = {
  ...program('rmm-agent'),
  format: 'cjs',
  outExtension: () => ({ js: '.cjs' }),
  banner: {},
  shims: true,
  minify: true,
};

/** How the two programs are built; tests build them the same way. */
export const programs: readonly Options[] = [resident, program('audit-child')];
