import type { RecordedLink } from './recorder.js';
import type { TransportClient, TransportUnderTest } from './transport-under-test.js';

/** One started transport, for one test. */
export interface Bench extends TransportUnderTest {
  /** The server's ends of all links so far, in the order of their opening. */
  readonly links: readonly RecordedLink[];
  /** Connects an agent and waits until the server has its end too. */
  join(): Promise<{ client: TransportClient; server: RecordedLink }>;
}
