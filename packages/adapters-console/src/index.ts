export { type ConsoleAssets, type ConsoleOptions, type ConsolePlace, consoleAssets } from './assets/console-assets.js';
export type { ElementName, NavigateEvent } from './elements/element-types.js';
