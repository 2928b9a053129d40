import { commandModel } from '../agent/command-model.js';
import type { CommandService } from '../agent/command-service.js';
import type { OperationContext } from '../operation/operation.js';

/** Names the cancellation of an execution, so that asking twice does not send it twice. */
const cancelId = (executionId: string): string => `cancel-${executionId}`;

/** Asks agents to drop executions that they may have. They end as the agents tell. */
export async function orderCancellations(
  commands: CommandService,
  operation: OperationContext,
  executions: readonly { readonly id: string; readonly deviceId: string }[],
  expiresAt: number,
): Promise<void> {
  if (executions.length === 0) return;
  const asked = await operation.data.find(commandModel, {
    match: { id: executions.map(({ id }) => cancelId(id)) },
    fields: ['id'],
  });
  const known = new Set(asked.map(({ id }) => id));
  const orders = executions
    .filter(({ id }) => !known.has(cancelId(id)))
    .map(({ id, deviceId }) => ({ id: cancelId(id), deviceId, detail: { kind: 'job.cancel', target: id } }));
  await commands.enqueueAll(operation, 'job.cancel', orders, expiresAt);
}
