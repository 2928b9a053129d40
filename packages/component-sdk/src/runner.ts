/** `@rmm/component-sdk/runner`: how scripts are run, by the agent and by the local harness alike. */
export { consoleText } from './run/console-code-page.js';
export { endProcessTree } from './run/end-process-tree.js';
export { isRunning, processRef } from './run/process-table.js';
export { runScript } from './run/run-script.js';
export {
  EXECUTION_MARK,
  type OutputStream,
  type ProcessRef,
  type ScriptResult,
  type ScriptRun,
} from './run/script-run.js';
