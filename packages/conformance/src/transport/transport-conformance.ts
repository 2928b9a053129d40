import { afterEach, beforeEach, describe } from 'vitest';
import { framesSuite } from './frames-suite.js';
import { hostileSuite } from './hostile-suite.js';
import { lifecycleSuite } from './lifecycle-suite.js';
import { pressureSuite } from './pressure-suite.js';
import { RecordedLink, until } from './recorder.js';
import type { TransportClient, TransportUnderTest } from './transport-under-test.js';

export type { TransportClient, TransportUnderTest } from './transport-under-test.js';

/** One started transport, for one test. */
export interface Bench extends TransportUnderTest {
  /** The server's ends of all links so far, in the order of their opening. */
  readonly links: readonly RecordedLink[];
  /** Connects an agent and waits until the server has its end too. */
  join(): Promise<{ client: TransportClient; server: RecordedLink }>;
}

/**
 * The tests that every {@link AgentTransport} must pass, over the real network. Call it in a test file of the adapter:
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
