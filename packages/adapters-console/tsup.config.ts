import { defineConfig } from 'tsup';
import { emptyDist, library } from '../../tsup.base.js';

emptyDist();

const base = library('index');

export default defineConfig([
  base,
  // The elements' code is built by Vite, with the app; here only their declarations.
  {
    ...base,
    entry: { elements: 'src/elements/element-types.ts' },
    dts: { ...(typeof base.dts === 'object' && base.dts), only: true },
  },
]);
