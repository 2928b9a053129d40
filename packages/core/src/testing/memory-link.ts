import { type AgentFrame, checkAgentFrame, checkServerFrame, type ErrorBody, type ServerFrame } from '@rmm/protocol';
import { decodeAgentFrame, decodeServerFrame, encodeAgentFrame, encodeServerFrame } from '@rmm/protocol/codec';
import type { AgentLink, AgentLinkHandler } from '../port/agent-transport.js';
import type { Carry } from './carry.js';

/** The agent's end of a link. */
export interface MemoryPeer {
  /** A frame has come; `goodbye` comes as any other, before the end. */
  frame(frame: ServerFrame): void;
  /** The answer to a {@link MemoryLink.ping} has come. */
  pong?(): void;
  /** The link has ended, whoever ended it. Not called when the agent itself closed or cut it. */
  ended(): void;
}

interface Parts {
  readonly id: string;
  readonly remoteAddress: string;
  readonly peer: MemoryPeer;
  readonly carry: Carry;
  readonly isCongested: (link: { readonly id: string }) => boolean;
  readonly onEnd: () => void;
}

/** One link: the server sees an {@link AgentLink}, the agent what is under “agent's side”. */
export class MemoryLink implements AgentLink {
  readonly id: string;
  readonly remoteAddress: string;
  readonly #parts: Parts;
  #handler: AgentLinkHandler | undefined;
  readonly #inbox: AgentFrame[] = [];
  #handling = false;
  #serverOpen = true;
  #agentOpen = true;

  constructor(parts: Parts) {
    this.id = parts.id;
    this.remoteAddress = parts.remoteAddress;
    this.#parts = parts;
  }

  open(accept: (link: AgentLink) => AgentLinkHandler): void {
    this.#handler = accept(this);
    this.#next();
  }

  // The agent's side.

  /** False when the link is known to be closed. @throws RmmError `FRAME_TOO_LARGE`, `FRAME_MALFORMED` */
  transmit(frame: AgentFrame): boolean {
    if (!this.#agentOpen) return false;
    const bytes = encodeAgentFrame(frame);
    this.#parts.carry(() => this.#arrived(bytes), 'agent', this);
    return true;
  }

  /** A sign of life that is no frame; an open link answers it. */
  ping(): void {
    if (!this.#agentOpen) return;
    const pong = () => this.#agentOpen && this.#parts.peer.pong?.();
    const pinged = () => {
      if (!this.#serverOpen) return;
      this.#handler?.alive();
      this.#parts.carry(pong, 'server', this);
    };
    this.#parts.carry(pinged, 'agent', this);
  }

  /** Ends the link in an orderly way: the server hears of it. */
  hangUp(): void {
    if (!this.#agentOpen) return;
    this.#agentOpen = false;
    this.#parts.carry(() => this.#endServer(), 'agent', this);
  }

  /** The agent is gone without a word; the server finds out by {@link timeOut}, or when the agent comes anew. */
  cut(): void {
    this.#agentOpen = false;
  }

  /** The server's transport gives up on a link that is silent. */
  timeOut(): void {
    this.#endServer();
  }

  get isOpen(): boolean {
    return this.#agentOpen;
  }

  // The server's side.

  send(frame: ServerFrame): boolean {
    if (!this.#serverOpen || this.#parts.isCongested(this)) return false;
    const bytes = encodeServerFrame(frame);
    this.#parts.carry(() => this.#deliver(bytes), 'server', this);
    return true;
  }

  close({ code, message }: ErrorBody): void {
    if (!this.#serverOpen) return;
    this.send({ kind: 'goodbye', code, message: message.slice(0, 2000) });
    this.#endServer();
    this.#parts.carry(() => this.#endAgent(), 'server', this);
  }

  // What the transport does.

  serverKilled(): void {
    this.#handler = undefined;
    this.#endServer();
    this.#parts.carry(() => this.#endAgent(), 'server', this);
  }

  get isBusy(): boolean {
    return this.#handling;
  }

  #arrived(bytes: Uint8Array): void {
    if (!this.#serverOpen) return;
    try {
      const frame = decodeAgentFrame(bytes);
      checkAgentFrame(frame);
      this.#inbox.push(frame);
    } catch (error) {
      this.close({ code: 'FRAME_MALFORMED', message: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.#next();
  }

  /** One frame at a time: the next one when the server is through with the one before. */
  #next(): void {
    const handler = this.#handler;
    if (this.#handling || !handler || !this.#serverOpen) return;
    const frame = this.#inbox.shift();
    if (!frame) return;
    this.#handling = true;
    void handler
      .frame(frame)
      .catch(() => this.close({ code: 'INTERNAL', message: 'The server could not handle a frame' }))
      .finally(() => {
        this.#handling = false;
        this.#next();
      });
  }

  #deliver(bytes: Uint8Array): void {
    if (!this.#agentOpen) return;
    const frame = decodeServerFrame(bytes);
    checkServerFrame(frame);
    this.#parts.peer.frame(frame);
  }

  #endServer(): void {
    if (!this.#serverOpen) return;
    this.#serverOpen = false;
    this.#inbox.length = 0;
    this.#parts.onEnd();
    this.#handler?.closed();
  }

  #endAgent(): void {
    if (!this.#agentOpen) return;
    this.#agentOpen = false;
    this.#parts.peer.ended();
  }
}
