import type { AgentLog } from '../agent/agent-log.js';

/** One line of log on standard error. Words of the server or of a script in it begin no line of their own, and steer no terminal. */
export const printLine: AgentLog = (level, message) =>
  console.error(`${new Date().toISOString()} ${level} ${message.replace(/\p{Cc}+/gu, ' ')}`);
