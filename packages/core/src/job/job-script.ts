import { RmmError } from '@rmm/protocol';
import type { Directory } from '../access/directory.js';
import { visibleComponent } from '../component/component-operations.js';
import { assertScriptSize } from '../component/script-size.js';
import { boundVariables, freeVariables } from '../component/variable-values.js';
import type { OperationContext } from '../operation/operation.js';
import type { JobRow } from './job-models.js';

const DEFAULT_TIMEOUT_MS = 3_600_000;

/** What a job runs, as it is when the job is made. */
export type JobScript = Pick<
  JobRow,
  'componentId' | 'componentUid' | 'componentName' | 'language' | 'script' | 'timeoutMs'
> & {
  readonly variables: Readonly<Record<string, string>>;
};

interface RunInput {
  readonly componentId: string | undefined;
  readonly script:
    | { readonly language: JobRow['language']; readonly text: string; readonly timeoutMs?: number }
    | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

/** @throws RmmError `INVALID_INPUT`, `FORBIDDEN`, `NOT_FOUND`, `COMPONENT_NOT_RUNNABLE` */
export async function jobScript(
  directory: Directory,
  operation: OperationContext,
  { componentId, script, variables }: RunInput,
): Promise<JobScript> {
  if (script && componentId === undefined) return momentary(directory, operation, script, variables);
  if (componentId === undefined || script) {
    throw new RmmError('INVALID_INPUT', 'Name either componentId or script as what the job runs');
  }
  const component = await visibleComponent(operation.data, directory, operation.actor, componentId);
  if (component.kind === 'monitor') {
    throw new RmmError(
      'COMPONENT_NOT_RUNNABLE',
      `${component.name} is a monitor component; it runs from monitoring policies, not as a job`,
    );
  }
  return {
    componentId: component.id,
    componentUid: component.uid,
    componentName: component.name,
    language: component.language,
    script: component.script,
    timeoutMs: component.timeoutMs,
    variables: boundVariables(component.variables, variables),
  };
}

/** A script that is in no component may do anything, hence only those may run it who may write components. */
export async function assertMayRunScripts(directory: Directory, { actor }: OperationContext): Promise<void> {
  if ((await directory.levelOf(actor, 'components')) === 'manage') return;
  throw new RmmError(
    'FORBIDDEN',
    'Running a script of the moment needs the right to manage components; run a stored component instead',
  );
}

async function momentary(
  directory: Directory,
  operation: OperationContext,
  { language, text, timeoutMs = DEFAULT_TIMEOUT_MS }: NonNullable<RunInput['script']>,
  variables: Readonly<Record<string, string>>,
): Promise<JobScript> {
  await assertMayRunScripts(directory, operation);
  assertScriptSize(text, '/script/text');
  return {
    componentId: null,
    componentUid: 'script',
    componentName: 'Script',
    language,
    script: text,
    timeoutMs,
    variables: freeVariables(variables),
  };
}
