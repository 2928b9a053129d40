import { deviceDirectoryModel, deviceModel } from '../hierarchy/device-model.js';
import { definePlugin } from '../plugin/plugin.js';
import { agentOperations } from './agent-operations.js';
import { AgentSession } from './agent-session.js';
import { Arrivals, arrivalsRef } from './arrivals.js';
import { commandModel, sequenceModel } from './command-model.js';
import { CommandService, commandsRef } from './command-service.js';
import { LiveOutput, liveOutputRef } from './live-output.js';
import { Presence, presenceRef } from './presence.js';

/** Agents' links and the commands that travel over them. */
export const agentPlugin = definePlugin({
  id: 'agents',
  compat: '*',
  models: [deviceModel, deviceDirectoryModel, commandModel, sequenceModel],
  events: {
    'device.enrolled': 'devices',
    'device.online': 'devices',
    'device.offline': 'devices',
    'device.audited': 'audits',
  },
  setup: (context) => {
    const presence = new Presence();
    const commands = new CommandService({ ids: context.ids, signer: context.signer, presence });
    const liveOutput = new LiveOutput((payload) => context.events.emit('execution.output', payload));
    context.provide(presenceRef, presence);
    context.provide(commandsRef, commands);
    context.provide(liveOutputRef, liveOutput);
    const arrivals = new Arrivals();
    context.provide(arrivalsRef, arrivals);
    commands.register({ kind: 'audit.run', body: async () => ({ kind: 'audit.run' }) });
    commands.register({
      kind: 'agent.uninstall',
      isLast: true,
      body: async () => ({ kind: 'agent.uninstall' }),
      finished: (operation, { deviceId }) => commands.abandon(operation, deviceId),
    });
    const parts = { context, presence, liveOutput };
    return {
      operations: agentOperations(context, commands, arrivals),
      start: async () => {
        // Nobody is connected to a server that has just started, whatever its last run left behind.
        for (const systemId of await context.systems()) {
          await context.call({ kind: 'host', systemId, name: 'Server start' }, 'agents.reset', {});
        }
        await context.transport?.start((link) => new AgentSession(link, parts));
      },
      stop: async () => {
        await context.transport?.stop();
      },
    };
  },
});
