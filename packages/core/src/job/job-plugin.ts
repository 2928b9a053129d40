import type { CancelJob } from '@rmm/protocol';
import { type Static, Type } from 'typebox';
import { commandsRef } from '../agent/command-service.js';
import { liveOutputRef } from '../agent/live-output.js';
import { declare } from '../operation/contract.js';
import { implement } from '../operation/operation.js';
import { Nothing, Strict } from '../operation/schema.js';
import { definePlugin } from '../plugin/plugin.js';
import { OPEN_STATES } from './execution-states.js';
import { jobCommand } from './job-command.js';
import { executionModel, executionOutputModel, jobModel } from './job-models.js';
import { jobOperations } from './job-operations.js';
import { JOB_THINGS } from './job-things.js';

type Cancellation = Static<typeof CancelJob>;

const SWEEP_EVERY_MS = 60_000;
const SWEEP_BATCH = 500;

const commandsContract = {
  sweep: declare({
    kind: 'command',
    summary: 'End commands that expired before their device fetched them',
    requires: 'host',
    recorded: false,
    input: Nothing,
    output: Strict({ more: Type.Boolean() }),
  }),
};

/** Jobs and their executions. */
export const jobPlugin = definePlugin({
  id: 'jobs',
  compat: '*',
  requires: ['access', 'agents', 'components', 'hierarchy', 'filters'],
  models: [jobModel, executionModel, executionOutputModel],
  things: JOB_THINGS,
  events: { 'job.changed': 'jobs', 'execution.changed': 'jobs', 'execution.output': 'jobs' },
  setup: (context) => {
    const { clock, logger } = context;
    const commands = context.use(commandsRef);
    const liveOutput = context.use(liveOutputRef);
    commands.register(jobCommand(context, commands, liveOutput));
    commands.register({
      kind: 'job.cancel',
      body: async (_data, { detail }) => detail as Cancellation,
      // The agent has dealt with all that came before: what it did not accept until then it never had.
      finished: (operation, { deviceId, detail }) =>
        commands.settleRecalled(operation, deviceId, (detail as Cancellation).target),
    });
    liveOutput.lookUpWith(async (systemId, executionId) =>
      context.data(systemId).one(executionModel, { id: executionId, state: [...OPEN_STATES] }),
    );

    const sweepAll = async () => {
      for (const systemId of await context.systems()) {
        const actor = { kind: 'host', systemId, name: 'Expiry' } as const;
        while (((await context.call(actor, 'commands.sweep', {})) as { more: boolean }).more);
      }
    };
    let cancel = () => {};
    let sweeping = Promise.resolve();
    const schedule = () => {
      cancel = clock.after(SWEEP_EVERY_MS, () => {
        sweeping = sweepAll()
          .catch((error: unknown) => logger.error('Could not end expired commands', { error: String(error) }))
          .then(schedule);
      });
    };
    let stopped = false;
    return {
      operations: [
        ...jobOperations(context),
        ...implement('commands', commandsContract, {
          sweep: async (operation) => ({ more: await commands.sweep(operation, SWEEP_BATCH) }),
        }),
      ],
      start: async () => {
        await sweepAll();
        if (!stopped) schedule();
      },
      stop: async () => {
        stopped = true;
        cancel();
        await sweeping;
        cancel();
      },
    };
  },
});
