import { createAgent } from '../agent/agent.js';
import { codeOf, reasonOf } from '../agent/agent-log.js';
import { type AgentOptions, builtAuditCommand } from '../agent/agent-options.js';
import { openFolder } from '../agent/agent-parts.js';
import { enrolOnly } from '../agent/enrol-only.js';
import { removeDataFolder } from '../storage/data-folder.js';
import { AGENT_VERSION } from '../version.js';
import { defaultDataDir } from './data-dir.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { type CliArguments, parseArguments, USAGE, UsageError } from './parse-arguments.js';
import { printAudit } from './print-audit.js';
import { printLine } from './print-line.js';

/** Runs the `rmm-agent` program. @returns its exit code */
export async function runCli(argv: readonly string[]): Promise<number> {
  try {
    const args = parseArguments(argv);
    // Takes the place of the command line where processes are listed: everyone could read a token or a proxy's password there.
    process.title = 'rmm-agent';
    // Neither scripts nor the audit need to know it.
    delete process.env.RMM_ENROLMENT_TOKEN;
    return await dispatch(args);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage()}`);
      return EXIT.usage;
    }
    const code = codeOf(error);
    console.error(`rmm-agent: ${reasonOf(error)}${code === undefined ? '' : ` (${code})`}`);
    return exitCodeOf(error);
  }
}

async function dispatch(args: CliArguments): Promise<number> {
  const dataDir = args.dataDir ?? defaultDataDir();
  switch (args.command) {
    case 'help':
      console.log(usage());
      return EXIT.fine;
    case 'version':
      console.log(AGENT_VERSION);
      return EXIT.fine;
    case 'audit':
      return printAudit(builtAuditCommand());
    case 'enrol': {
      const identity = await enrolOnly({ ...agentOptions(args, dataDir), token: args.token ?? '' });
      console.log(`Enrolled as device ${identity.deviceId}; start it with: rmm-agent run --data ${dataDir}`);
      return EXIT.fine;
    }
    case 'uninstall':
      return uninstall(dataDir);
    case 'run':
      return run(args, dataDir);
  }
}

async function run(args: CliArguments, dataDir: string): Promise<number> {
  const agent = createAgent(agentOptions(args, dataDir));
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(EXIT.failed);
    stopping = true;
    void agent.stop();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  await agent.start();
  const end = await agent.ended;
  if (end.reason !== 'refused') return EXIT.fine;
  throw end.error;
}

async function uninstall(dataDir: string): Promise<number> {
  const { folder, unlock } = await openFolder(dataDir);
  await removeDataFolder(folder);
  await unlock();
  console.log(`Removed the agent's identity and data from ${folder.root}. Delete the device in the console, too.`);
  return EXIT.fine;
}

function agentOptions(args: CliArguments, dataDir: string): AgentOptions {
  const { token, proxy, maxJobs } = args;
  return {
    dataDir,
    log: printLine,
    ...(token !== undefined && { token }),
    ...(proxy !== undefined && { proxy }),
    ...(maxJobs !== undefined && { maxJobs }),
  };
}

const usage = () => USAGE.replace('%DATA%', defaultDataDir());
