import { defineConfig } from 'tsup';
import { emptyDist, library } from '../../tsup.base.js';
import { programs } from './tsup.programs.js';

emptyDist();

export default defineConfig([library('index'), ...programs]);
