import { defineConfig } from 'tsup';
import { emptyDist, library, program } from '../../tsup.base.js';

emptyDist();

export default defineConfig([library('index'), program('rmm-agent', 'audit-child')]);
