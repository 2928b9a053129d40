export { checkManifest } from './manifest/check-manifest.js';
export {
  COMPONENT_KINDS,
  type Component,
  ComponentManifest,
  ComponentVariable,
  PLATFORMS,
  VARIABLE_TYPES,
} from './manifest/component-manifest.js';
export {
  type ComponentDefinition,
  type DefinedComponent,
  defineComponent,
  type InputsOf,
  type VariableDefinition,
} from './manifest/define-component.js';
export { loadComponent } from './manifest/load-component.js';
export { type InputValue, resolveInputs } from './manifest/variable-value.js';
export { type MonitorVerdict, monitorVerdict, parseResultBlock } from './result-block.js';
export type { ScriptResult } from './run/script-run.js';
export { type ComponentResult, type InputsFor, type RunOptions, runComponent } from './run-component.js';
