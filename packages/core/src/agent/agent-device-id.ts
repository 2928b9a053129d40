import type { OperationContext } from '../operation/operation.js';

/** The device in whose name an agent's operation runs. The door lets nobody else in. */
export const agentDeviceId = ({ actor }: OperationContext): string => (actor.kind === 'agent' ? actor.deviceId : '');
