import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { collectAudit, platformCollectors } from './audit/collect-audit.js';
import { storeAudit } from './audit/store-audit.js';

/**
 * The audit process. `--print`: the audit as JSON for people. `--out DIR --at TIME`: leaves in DIR the frames to send, and
 * prints their hashes for the agent.
 */
const { values } = parseArgs({
  options: { print: { type: 'boolean' }, out: { type: 'string' }, at: { type: 'string' } },
});
// Whoever works at this computer comes first.
setPriority(10);
const audit = await collectAudit(platformCollectors(), (message) => process.stderr.write(`${message}\n`));
const answer =
  values.out === undefined
    ? JSON.stringify(audit, null, 2)
    : JSON.stringify(await storeAudit(audit, values.out, Number(values.at)));
process.stdout.write(`${answer}\n`, () => {
  // A collector that hangs, as on a dead network disk, must not keep the process.
  process.exit(0);
});
