import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the agent lives unless told: the machine's place when run as root, the user's otherwise. */
export function defaultDataDir(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
  isRoot: boolean = process.getuid?.() === 0,
): string {
  if (platform === 'win32') return join(environment.ProgramData ?? 'C:\\ProgramData', 'rmm-agent');
  if (platform === 'darwin')
    return isRoot ? '/Library/Application Support/rmm-agent' : join(homedir(), 'Library/Application Support/rmm-agent');
  return isRoot
    ? '/var/lib/rmm-agent'
    : join(environment.XDG_STATE_HOME ?? join(homedir(), '.local/state'), 'rmm-agent');
}
