import { defineModel, nullable, required } from '../data/model.js';
import type { CommandFault } from './command-fault.js';

/** A command on its way to an agent. The row goes when the command has ended; what it did is kept by its kind's feature. */
export interface CommandRow {
  id: string;
  deviceId: string;
  /** Grows over all commands of the System, hence also for each device. */
  counter: number;
  kind: string;
  /** What the kind needs to build the command's body. Holds no secret. */
  detail: unknown;
  /**
   * - `queued`: never left the server
   * - `sent`: an agent was given it, and has not said that it is in its journal; it is given again
   * - `recalled`: was `sent`, and shall not run if the agent does not have it; it is not given again
   * - `accepted`: in the agent's journal
   */
  state: 'queued' | 'sent' | 'recalled' | 'accepted';
  createdAt: number;
  expiresAt: number;
  /** Why it was recalled, unless somebody asked for it. */
  fault: CommandFault | null;
}

export const commandModel = defineModel<CommandRow>({
  name: 'command',
  fields: {
    id: required('string'),
    deviceId: required('string'),
    counter: required('int'),
    kind: required('string'),
    detail: required('json'),
    state: required('string'),
    createdAt: required('time'),
    expiresAt: required('time'),
    fault: nullable('json'),
  },
  key: ['id'],
  indexes: [
    ['deviceId', 'state', 'counter'],
    ['state', 'expiresAt'],
  ],
});

/** Counters of a System. */
export interface SequenceRow {
  name: string;
  value: number;
}

export const sequenceModel = defineModel<SequenceRow>({
  name: 'sequence',
  fields: { name: required('string'), value: required('int') },
  key: ['name'],
});
