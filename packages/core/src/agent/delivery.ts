import type { Handlers } from '../operation/operation.js';
import { storable } from '../operation/unstorable-text.js';
import type { agentsContract } from './agent-contract.js';
import { agentDeviceId } from './agent-device-id.js';
import type { CommandEnd } from './command-kind.js';
import type { CommandRow } from './command-model.js';
import type { CommandService } from './command-service.js';

/** How agents fetch commands and tell what becomes of them. */
export function delivery(
  commands: CommandService,
): Pick<Handlers<typeof agentsContract>, 'pull' | 'handOut' | 'accepted' | 'refused' | 'started' | 'finished'> {
  return {
    pull: async (operation, { limit }) => {
      const delivery = await commands.waiting(operation.data, agentDeviceId(operation), operation.now, limit);
      return { ...delivery, items: [...delivery.items], undeliverable: [...delivery.undeliverable] };
    },

    handOut: async (operation, { ids }) => ({
      ids: [...(await commands.handOut(operation.data, agentDeviceId(operation), ids))],
    }),

    accepted: async (operation, { ids }) => {
      await commands.accept(operation, agentDeviceId(operation), ids);
      return {};
    },

    refused: async (operation, { id, code, message }) => {
      const row = await commands.find(operation.data, agentDeviceId(operation), id);
      if (row) {
        await commands.end(operation, row);
        await commands.kind(row.kind)?.refused?.(operation, row, { code, message: storable(message) });
      }
      return {};
    },

    started: async (operation, { id, at }) => {
      const deviceId = agentDeviceId(operation);
      const row = await commands.find(operation.data, deviceId, id);
      if (row) {
        // Its acceptance may have been lost on the way.
        if (row.state !== 'accepted') await commands.accept(operation, deviceId, [id]);
        await commands.kind(row.kind)?.started?.(operation, row, between(row.createdAt, at, operation.now));
      }
      return {};
    },

    finished: async (operation, { id, ...end }) => {
      const row = await commands.find(operation.data, agentDeviceId(operation), id);
      if (row) {
        await commands.end(operation, row);
        await commands.kind(row.kind)?.finished?.(operation, row, inServerTime(end, row, operation.now));
      }
      return {};
    },
  };
}

/** An agent's clock may jump; what it did lies between the making of the command and now. */
const between = (from: number, at: number, to: number): number => Math.max(from, Math.min(at, to));

function inServerTime(end: CommandEnd, { createdAt }: CommandRow, now: number): CommandEnd {
  const at = between(createdAt, end.at, now);
  const startedAt = end.startedAt === null ? null : between(createdAt, end.startedAt, at);
  const { error } = end;
  return { ...end, at, startedAt, ...(error && { error: { ...error, message: storable(error.message) } }) };
}
