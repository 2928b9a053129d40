import { implement, type Operation } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { agentsContract } from './agent-contract.js';
import type { Arrivals } from './arrivals.js';
import { attendance } from './attendance.js';
import { auditing } from './auditing.js';
import type { CommandService } from './command-service.js';
import { delivery } from './delivery.js';

export { UNINSTALL_EXPIRES_MS } from './attendance.js';

/** What agents do at the door. */
export function agentOperations(
  context: PluginContext,
  commands: CommandService,
  arrivals: Arrivals,
): readonly Operation[] {
  return implement('agents', agentsContract, {
    ...attendance(context, commands, arrivals),
    ...delivery(commands),
    ...auditing(context),
  });
}
