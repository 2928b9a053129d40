import { spawn } from 'node:child_process';

/** Has the audit process print for people instead of for the agent. @returns its exit code */
export function printAudit([program, ...args]: readonly [string, ...string[]]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, '--print'], { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
