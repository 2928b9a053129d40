import type { Data } from '../data/data.js';
import { sequenceModel } from './command-model.js';

/** Room for so many commands in each millisecond of the server's clock. */
const PER_MS = 1000;

/**
 * Takes `count` numbers out of the System's command counter and returns the first. It grows with time as well as with
 * commands: a server that was set back to an old database does not give numbers that its agents have seen before.
 */
export async function reserveCounters(data: Data, now: number, count: number): Promise<number> {
  const used = (await data.one(sequenceModel, { name: 'command' }))?.value ?? 0;
  const byTime = now * PER_MS;
  const first = Math.max(used + 1, Number.isSafeInteger(byTime + count) ? byTime : 0);
  await data.put(sequenceModel, { name: 'command', value: first + count - 1 });
  return first;
}
