import { defineConfig } from 'tsup';
import { browserLibrary, emptyDist } from '../../tsup.base.js';

emptyDist();

// The error class is taken in from its source: through the package it would bring all wire schemas to the browser.
export default defineConfig({ ...browserLibrary('index'), noExternal: ['@rmm/protocol'] });
