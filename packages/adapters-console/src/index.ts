export { type ConsoleAssets, type ConsoleOptions, type ConsolePlace, consoleAssets } from './assets/console-assets.js';
