import { RmmError } from '@rmm/protocol';
import { type Directory, directoryRef } from '../access/directory.js';
import { type CommandService, commandsRef } from '../agent/command-service.js';
import { type LiveOutput, liveOutputRef } from '../agent/live-output.js';
import type { ComponentVariable } from '../component/component-model.js';
import { visibleComponent } from '../component/component-operations.js';
import { decodeCursor, encodeCursor, pageOf } from '../data/cursor.js';
import type { Data } from '../data/data.js';
import type { DeviceRow } from '../hierarchy/device-model.js';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { OPEN_STATES } from './execution-states.js';
import { endExecution, variablesContext } from './job-command.js';
import { executionsContract, jobsContract } from './job-contract.js';
import { type ExecutionRow, executionModel, executionOutputModel, type JobRow, jobModel } from './job-models.js';
import { type JobTargets, resolveTargets } from './job-targets.js';
import { executionView, jobView } from './job-views.js';

const DEFAULT_TIMEOUT_MS = 3_600_000;
const DEFAULT_EXPIRY_MS = 86_400_000;

/** What a job runs, as it is when the job is made. */
type JobScript = Pick<
  JobRow,
  'componentId' | 'componentUid' | 'componentName' | 'language' | 'script' | 'timeoutMs'
> & {
  readonly variables: Readonly<Record<string, string>>;
};

/** Quick jobs and their executions. */
export function jobOperations(context: PluginContext): readonly Operation[] {
  const directory = context.use(directoryRef);
  const commands = context.use(commandsRef);
  const liveOutput = context.use(liveOutputRef);
  return [
    ...implement('jobs', jobsContract, {
      run: async (
        operation,
        { name, componentId, script, variables = {}, expiresInMs = DEFAULT_EXPIRY_MS, ...targets },
      ) => {
        const what = await whatToRun(directory, operation, { componentId, script, variables });
        const devices = await resolveTargets(context, operation, targets as JobTargets);
        return launch(context, directory, commands, operation, {
          name: name ?? what.componentName,
          what,
          devices,
          expiresInMs,
        });
      },
      list: (operation, input) => listJobs(operation.data, input),
      get: async ({ data }, { jobId }) => jobView(data, await jobOf(data, jobId)),
      executions: async ({ data }, { jobId, state, cursor, limit = 100 }) => {
        await jobOf(data, jobId);
        const after = decodeCursor(cursor);
        const found = await data.find(executionModel, {
          match: { jobId, ...(state && { state }) },
          order: [{ field: 'id' }],
          limit: limit + 1,
          ...(after && { after }),
        });
        const page = pageOf(found, limit);
        return { items: page.rows.map(executionView), cursor: page.cursor };
      },
      cancel: (operation, { jobId }) => cancelJob(commands, liveOutput, operation, jobId),
      relaunch: (operation, { jobId, failedOnly }) =>
        relaunch(context, directory, commands, operation, jobId, failedOnly ?? false),
    }),
    ...implement('executions', executionsContract, {
      get: async ({ data, systemId }, { executionId }) => {
        const row = await data.one(executionModel, { id: executionId });
        if (!row) throw new RmmError('NOT_FOUND', `There is no execution "${executionId}"`);
        const job = await jobOf(data, row.jobId);
        const live = liveOutput.textOf(systemId, executionId);
        const kept = live ?? (await data.one(executionOutputModel, { executionId }));
        const { stdout, stderr } = kept ?? { stdout: '', stderr: '' };
        return {
          ...executionView(row),
          jobName: job.name,
          stdout,
          stderr,
          stdoutBytes: live ? Buffer.byteLength(stdout) : row.stdoutBytes,
          stderrBytes: live ? Buffer.byteLength(stderr) : row.stderrBytes,
        };
      },
    }),
  ];
}

async function jobOf(data: Data, id: string): Promise<JobRow> {
  const job = await data.one(jobModel, { id });
  if (!job) throw new RmmError('NOT_FOUND', `There is no job "${id}"`);
  return job;
}

interface RunInput {
  readonly componentId: string | undefined;
  readonly script:
    | { readonly language: JobRow['language']; readonly text: string; readonly timeoutMs?: number }
    | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

async function whatToRun(directory: Directory, operation: OperationContext, input: RunInput): Promise<JobScript> {
  const { componentId, script, variables } = input;
  if ((componentId === undefined) === (script === undefined)) {
    throw new RmmError('INVALID_INPUT', 'Name either componentId or script as what the job runs');
  }
  if (script) {
    if ((await directory.levelOf(operation.actor, 'components')) !== 'manage') {
      throw new RmmError(
        'FORBIDDEN',
        'Running a script of the moment needs the right to manage components; run a stored component instead',
      );
    }
    assertNames(Object.keys(variables));
    const { language, text, timeoutMs = DEFAULT_TIMEOUT_MS } = script;
    return {
      componentId: null,
      componentUid: 'script',
      componentName: 'Script',
      language,
      script: text,
      timeoutMs,
      variables,
    };
  }
  const component = await visibleComponent(operation.data, directory, operation.actor, componentId ?? '');
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

function assertNames(names: readonly string[]): void {
  const bad = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (bad !== undefined)
    throw new RmmError(
      'INVALID_INPUT',
      `variables: “${bad}” cannot name an environment variable; use letters, digits and _`,
    );
}

/** Values for a component's declared variables. @throws RmmError `INVALID_INPUT` naming the variable. */
function boundVariables(
  declared: readonly ComponentVariable[],
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const unknown = Object.keys(given).find((name) => !declared.some((variable) => variable.name === name));
  if (unknown !== undefined) throw new RmmError('INVALID_INPUT', `variables: the component has no variable ${unknown}`);
  const bound: Record<string, string> = {};
  for (const { name, type, required, choices, default: initial } of declared) {
    const value = given[name] ?? initial;
    if (value === undefined) {
      if (required) throw new RmmError('INVALID_INPUT', `variables: ${name} is missing`);
      continue;
    }
    const fits =
      type === 'number'
        ? value.trim() !== '' && Number.isFinite(Number(value))
        : type === 'boolean'
          ? value === 'true' || value === 'false'
          : type === 'choice'
            ? (choices?.includes(value) ?? false)
            : true;
    if (!fits) {
      throw new RmmError(
        'INVALID_INPUT',
        `variables: ${name} must be ${type === 'choice' ? `one of ${choices?.join(', ')}` : `a ${type}`}`,
      );
    }
    bound[name] = value;
  }
  return bound;
}

interface Launch {
  readonly name: string;
  readonly what: JobScript;
  readonly devices: readonly Pick<DeviceRow, 'id' | 'hostname'>[];
  readonly expiresInMs: number;
}

async function launch(
  context: PluginContext,
  directory: Directory,
  commands: CommandService,
  operation: OperationContext,
  launched: Launch,
) {
  const { data, now, systemId } = operation;
  const { name, devices, expiresInMs } = launched;
  const { variables, ...script } = launched.what;
  const id = context.ids.next();
  const job: JobRow = {
    id,
    name,
    ...script,
    sealedVariables: await context.secretBox.seal(JSON.stringify(variables), variablesContext(systemId, id)),
    createdAt: now,
    createdBy: await directory.nameOf(operation.actor),
    expiresAt: now + expiresInMs,
    status: 'active',
    devices: devices.length,
    counts: null,
  };
  const executions = devices.map((device) => newExecution(context.ids.next(), job, device));
  await data.insert(jobModel, job);
  await data.insert(executionModel, ...executions);
  const carried = executions.map((execution) => ({ id: execution.id, deviceId: execution.deviceId, detail: {} }));
  await commands.enqueueAll(operation, 'job.run', carried, job.expiresAt);
  operation.emit('job.changed', { jobId: id });
  return jobView(data, job);
}

function newExecution(id: string, job: JobRow, device: Pick<DeviceRow, 'id' | 'hostname'>): ExecutionRow {
  return {
    id,
    jobId: job.id,
    deviceId: device.id,
    hostname: device.hostname,
    state: 'queued',
    reasonCode: null,
    reasonMessage: null,
    exitCode: null,
    queuedAt: job.createdAt,
    startedAt: null,
    finishedAt: null,
    stdoutBytes: 0,
    stderrBytes: 0,
  };
}

async function relaunch(
  context: PluginContext,
  directory: Directory,
  commands: CommandService,
  operation: OperationContext,
  jobId: string,
  failedOnly: boolean,
) {
  const { data, systemId } = operation;
  const before = await jobOf(data, jobId);
  if (before.componentId) await visibleComponent(data, directory, operation.actor, before.componentId);
  const executions = await data.find(executionModel, { match: { jobId } });
  const again = failedOnly
    ? executions.filter(({ state }) => !['success', 'success-warning', ...OPEN_STATES].includes(state))
    : executions;
  if (again.length === 0)
    throw new RmmError('INVALID_INPUT', 'failedOnly: the job failed on no device; nothing would run');
  const devices = await resolveTargets(context, operation, { deviceIds: again.map(({ deviceId }) => deviceId) });
  const opened = await context.secretBox.open(before.sealedVariables, variablesContext(systemId, jobId));
  const { componentId, componentUid, componentName, language, script, timeoutMs, name } = before;
  const what = {
    componentId,
    componentUid,
    componentName,
    language,
    script,
    timeoutMs,
    variables: JSON.parse(opened) as Record<string, string>,
  };
  return launch(context, directory, commands, operation, {
    name,
    what,
    devices,
    expiresInMs: before.expiresAt - before.createdAt,
  });
}

async function cancelJob(commands: CommandService, liveOutput: LiveOutput, operation: OperationContext, jobId: string) {
  const { data } = operation;
  const job = await jobOf(data, jobId);
  if (job.status === 'completed')
    throw new RmmError('JOB_FINISHED', 'The job has already ended; there is nothing to cancel');
  const open = await data.find(executionModel, { match: { jobId, state: [...OPEN_STATES] } });
  const withdrawn = new Set(
    await commands.withdraw(
      data,
      open.map(({ id }) => id),
    ),
  );
  for (const { id, deviceId } of open) {
    if (withdrawn.has(id)) await endExecution(operation, liveOutput, id, { state: 'cancelled' });
    else await commands.enqueue(operation, deviceId, { kind: 'job.cancel', target: id }, DEFAULT_EXPIRY_MS);
  }
  return jobView(data, await jobOf(data, jobId));
}

interface ListInput {
  readonly status?: 'active' | 'completed';
  readonly colour?: 'green' | 'orange' | 'red';
  readonly deviceId?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** Newest first. Colour and device are not stored with jobs: pages are filled by reading on until enough match. */
async function listJobs(data: Data, { status, colour, deviceId, cursor, limit = 100 }: ListInput) {
  const items: Awaited<ReturnType<typeof jobView>>[] = [];
  let after = decodeCursor(cursor);
  for (;;) {
    const jobs = await jobsAfter(data, { status, deviceId, after, limit: limit + 1 });
    for (const job of jobs) {
      const view = await jobView(data, job);
      if (colour && view.colour !== colour) continue;
      if (items.length === limit) return { items, cursor: encodeCursor(items.at(-1)?.id ?? '') };
      items.push(view);
    }
    const last = jobs.at(-1);
    if (jobs.length <= limit || !last) return { items, cursor: null };
    after = { id: last.id };
  }
}

async function jobsAfter(
  data: Data,
  {
    status,
    deviceId,
    after,
    limit,
  }: {
    status: JobRow['status'] | undefined;
    deviceId: string | undefined;
    after: Partial<JobRow> | undefined;
    limit: number;
  },
): Promise<readonly JobRow[]> {
  if (!deviceId) {
    return data.find(jobModel, {
      match: status ? { status } : {},
      order: [{ field: 'id', dir: 'desc' }],
      limit,
      ...(after && { after }),
    });
  }
  const executions = await data.find(executionModel, {
    match: { deviceId },
    fields: ['id', 'jobId'],
    order: [{ field: 'id', dir: 'desc' }],
  });
  const ids = [...new Set(executions.map(({ jobId }) => jobId))]
    .filter((id) => !after?.id || id < after.id)
    .slice(0, limit);
  if (ids.length === 0) return [];
  return data.find(jobModel, { match: { id: ids, ...(status && { status }) }, order: [{ field: 'id', dir: 'desc' }] });
}
