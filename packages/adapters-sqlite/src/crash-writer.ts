// Run by crash.test.ts in a process of its own, to be killed: writes transactions of three rows on several lanes and
// prints the name of each one that was acknowledged.
import { sqliteStorage } from './sqlite-storage.js';

const [file = '', run = ''] = process.argv.slice(2);
const LANES = 12;

const storage = sqliteStorage({ file });
await storage.migrate([
  {
    name: 'crashRow',
    fields: { id: { type: 'string' }, transaction: { type: 'string' }, payload: { type: 'string' } },
    key: ['id'],
    indexes: [['transaction']],
  },
]);
process.stdout.write('ready\n');

async function lane(number: number): Promise<never> {
  for (let n = 0; ; n++) {
    const transaction = `${run}-${number}-${n}`;
    await storage.transaction(async (tx) => {
      for (const part of [1, 2, 3]) {
        await tx.insert('crashRow', [{ id: `${transaction}-${part}`, transaction, payload: 'x'.repeat(300 * part) }]);
        if (n % 7 === part) await new Promise((resolve) => setImmediate(resolve));
      }
    });
    // Synchronous for a pipe: the parent has the line before anything else happens here.
    process.stdout.write(`${transaction}\n`);
  }
}

await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
