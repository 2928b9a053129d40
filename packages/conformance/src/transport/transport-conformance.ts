import { afterEach, beforeEach, describe } from 'vitest';
import { framesSuite } from './frames-suite.js';
import { hostileSuite } from './hostile-suite.js';
import { lifecycleSuite } from './lifecycle-suite.js';
import { pressureSuite } from './pressure-suite.js';
import { RecordedLink, until } from './recorder.js';
import type { Bench } from './transport-bench.js';
import type { TransportUnderTest } from './transport-under-test.js';

export type { TransportClient, TransportUnderTest } from './transport-under-test.js';

/**
 * The tests that every `AgentTransport` must pass, over the real network. Call it in a test file of the adapter:
 *
 * @example
 * transportConformance({ name: 'my transport', open: async () => ({ transport: myTransport(), connect }) });
 *
 * @param suite.open - makes a fresh transport that is not started, for each test
 */
export function transportConformance(suite: { name: string; open: () => Promise<TransportUnderTest> }): void {
  describe(`${suite.name} as an agent transport`, () => {
    let bench: Bench | undefined;
    beforeEach(async () => {
      bench = await start(await suite.open());
    });
    afterEach(async () => {
      await bench?.transport.stop();
      await bench?.close?.();
      bench = undefined;
    });
    const current = (): Bench => {
      if (!bench) throw new Error('The bench is used outside of a test');
      return bench;
    };
    framesSuite(current);
    hostileSuite(current);
    pressureSuite(current);
    lifecycleSuite(current);
  });
}

async function start(opened: TransportUnderTest): Promise<Bench> {
  const links: RecordedLink[] = [];
  await opened.transport.start((link) => {
    const recorded = new RecordedLink(link);
    links.push(recorded);
    return recorded;
  });
  const join = async () => {
    const index = links.length;
    const client = await opened.connect();
    await until('the server has the link', () => links.length > index);
    const server = links[index];
    if (!server) throw new Error('The link is gone');
    return { client, server };
  };
  return { ...opened, links, join };
}
