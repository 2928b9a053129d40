import { RmmError } from '@rmm/protocol';
import type { AgentEndpoint, AgentLink, AgentLinkHandler, AgentTransport } from '../port/agent-transport.js';
import { type Carry, inOrder } from './carry.js';
import { MemoryLink, type MemoryPeer } from './memory-link.js';

export interface MemoryTransportOptions {
  /** Default: everything arrives, once, in order, in a later turn. */
  readonly carry?: Carry;
  /** Whether the send buffer towards this agent is full: what the server sends then is dropped, and the server told so. */
  readonly isCongested?: (link: { readonly id: string }) => boolean;
  readonly endpoint?: AgentEndpoint;
}

export interface ConnectOptions {
  readonly remoteAddress?: string;
}

/** Links between a server and agents in the same process; frames are encoded and checked as on a real wire. */
export class MemoryTransport implements AgentTransport {
  readonly id = 'memory';
  readonly contract = 1;
  readonly #carry: Carry;
  readonly #isCongested: NonNullable<MemoryTransportOptions['isCongested']>;
  readonly #endpoint: AgentEndpoint;
  readonly #links = new Set<MemoryLink>();
  #accept: ((link: AgentLink) => AgentLinkHandler) | undefined;
  #made = 0;

  constructor({
    carry = inOrder,
    isCongested = () => false,
    endpoint = { urls: ['wss://rmm.example/agent'] },
  }: MemoryTransportOptions = {}) {
    this.#carry = carry;
    this.#isCongested = isCongested;
    this.#endpoint = endpoint;
  }

  async start(accept: (link: AgentLink) => AgentLinkHandler): Promise<void> {
    this.#accept = accept;
  }

  endpoint(): AgentEndpoint {
    return this.#endpoint;
  }

  async stop(): Promise<void> {
    this.#accept = undefined;
    for (const link of [...this.#links]) link.close({ code: 'SHUTTING_DOWN', message: 'The server is stopping' });
  }

  /** What happens when the server's process is killed: its handlers hear nothing more, agents notice that links end. */
  kill(): void {
    this.#accept = undefined;
    for (const link of [...this.#links]) link.serverKilled();
  }

  /** Whether a server accepts links now. */
  get isListening(): boolean {
    return this.#accept !== undefined;
  }

  /** Open links. */
  get size(): number {
    return this.#links.size;
  }

  /** Whether the server is still handling what has arrived. */
  get isBusy(): boolean {
    return [...this.#links].some((link) => link.isBusy);
  }

  /** Opens a link as an agent does. @throws RmmError `SERVER_UNREACHABLE` when no server listens */
  connect(peer: MemoryPeer, { remoteAddress = '192.0.2.1' }: ConnectOptions = {}): MemoryLink {
    const accept = this.#accept;
    if (!accept) throw new RmmError('SERVER_UNREACHABLE', 'No server listens on this transport');
    const link = new MemoryLink({
      id: `link-${++this.#made}`,
      remoteAddress,
      peer,
      carry: this.#carry,
      isCongested: this.#isCongested,
      onEnd: () => this.#links.delete(link),
    });
    this.#links.add(link);
    link.open(accept);
    return link;
  }
}

/** A transport for tests: `createRmm({ transport: memoryTransport(), … })`. */
export function memoryTransport(options?: MemoryTransportOptions): MemoryTransport {
  return new MemoryTransport(options);
}
