import { defineConfig } from 'tsup';
import { emptyDist, library } from '../../tsup.base.js';

emptyDist();

export default defineConfig({ ...library('main'), dts: false });
