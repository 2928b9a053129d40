import { EXECUTION_MARK } from './script-run.js';

/** What a script may see of the agent's own environment on Unix: nothing that could hold a secret of the agent. */
const KEPT =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|JAVA_HOME|GROOVY_HOME|WINE[A-Z]*|XDG_RUNTIME_DIR|https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|SSL_CERT_(FILE|DIR))$/;
/** Windows programs fail in odd ways without their usual variables, so there only the runtime's own are left out. */
const DROPPED_ON_WINDOWS = /^(NODE_|NPM_|RMM_)/i;
const UNIX_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The environment of a script: a sane base, the inputs over it, and the mark of the execution, which no input overrides.
 */
export function scriptEnvironment(
  executionId: string,
  inputs: Readonly<Record<string, string>>,
  agent: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(agent)) {
    if (value === undefined) continue;
    if (platform === 'win32' ? !DROPPED_ON_WINDOWS.test(name) : KEPT.test(name)) environment[name] = value;
  }
  if (platform !== 'win32') {
    environment.PATH ??= UNIX_PATH;
    // Without a locale many programs fall back to ASCII and mangle what they print.
    if (environment.LANG === undefined && environment.LC_ALL === undefined) environment.LANG = 'C.UTF-8';
  }
  return { ...environment, ...inputs, [EXECUTION_MARK]: executionId };
}
