import { defineConfig } from 'tsup';
import { browserLibrary, emptyDist } from '../../tsup.base.js';

emptyDist();

export default defineConfig(browserLibrary('index'));
