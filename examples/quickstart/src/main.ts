import { isRmmError } from '@rmm/protocol';
import { isLoopback } from './agent-addresses.js';
import { HELP, type Options, parseOptions } from './options.js';
import { startQuickstart } from './quickstart.js';

const say = (line: string) => process.stdout.write(`${line}\n`);
// The terminal may be gone; that is no reason to leave without ending what was started.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

async function main(options: Options): Promise<void> {
  const running = await startQuickstart(options, (step) => say(`${step} …`));
  say(`Console: ${running.url}`);
  const { firstUser } = running.place;
  if (firstUser) say(`Sign in: ${firstUser.email} ${firstUser.password}`);
  if (!isLoopback(options.host))
    say('Note: the console is served without TLS; let only a network that you trust reach it.');
  say('Press Ctrl-C to end.');
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    say('Ending …');
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  // SIGHUP: the terminal was closed. The agent, in a session of its own, would be left behind.
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
}

function fail(error: unknown): never {
  process.stderr.write(`${isRmmError(error) ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options) await main(options);
  else say(HELP);
} catch (error) {
  fail(error);
}
