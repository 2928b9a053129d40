import { sqliteStorage } from '@rmm/adapters-sqlite';
import { RmmError } from '@rmm/protocol';
import { Data } from '../../../data/data.js';
import type { FactService } from '../../../filter/fact-service.js';
import { factsRef } from '../../../filter/facts-ref.js';
import { definePlugin } from '../../../plugin/plugin.js';
import { testRmm } from '../../../testing/test-rmm.js';
import { type Beginning, SteppedSystem } from './stepped-system.js';

/** A server whose storage is written past the door, to make many Systems quickly. */
export interface SteppedServer extends AsyncDisposable {
  begin(beginning: Beginning): Promise<SteppedSystem>;
}

export async function steppedServer(): Promise<SteppedServer> {
  const storage = sqliteStorage({ memory: true });
  let facts: FactService | undefined;
  const peek = definePlugin({
    id: 'peek',
    compat: '*',
    requires: ['filters'],
    setup: (context) => {
      facts = context.use(factsRef);
      return {};
    },
  });
  const server = await testRmm({ storage, plugins: [peek] });
  return {
    begin: async (beginning) => {
      if (!facts) throw new RmmError('INTERNAL', 'The plugin was not set up');
      const { systemId } = await server.system();
      return SteppedSystem.begin(new Data(storage, systemId), facts, beginning);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
