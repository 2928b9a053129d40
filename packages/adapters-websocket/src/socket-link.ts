import type { Socket } from 'node:net';
import type { AgentLink, AgentLinkHandler } from '@rmm/core/ports';
import {
  type AgentFrame,
  checkAgentFrame,
  type ErrorBody,
  isRmmError,
  LIMITS,
  RmmError,
  type ServerFrame,
} from '@rmm/protocol';
import { decodeAgentFrame, encodeServerFrame } from '@rmm/protocol/codec';
import { WebSocket } from 'ws';
import type { AgentSocket } from './agent-socket.js';
import type { FairTurns } from './fair-turns.js';
import { closeCodeOf, goodbyeFrame } from './goodbye.js';
import { Inbox, type InboxOwner } from './inbox.js';
import type { SilenceWheel, Watched } from './silence-wheel.js';
import type { ThrottledLog } from './throttled-log.js';
import type { TransportCounters } from './transport-counters.js';

/** JSON of the first frame, bytes. It comes from a stranger, and hello and enrol are small. */
const FIRST_FRAME_BYTES = 16 * 1024;
/** Bytes on the wire within which the first frame must have come, those of TLS included. */
const FIRST_BYTES = 64 * 1024;
/** Messages that a peer may have had under way when it was told to go. */
const MOST_AFTER_GOODBYE = 64;
const FAULT: ErrorBody = { code: 'INTERNAL', message: 'The server could not handle a frame; its log tells why' };

/** What all links of a transport share. */
export interface LinkContext {
  readonly turns: FairTurns;
  readonly wheel: SilenceWheel;
  readonly log: ThrottledLog;
  readonly counters: TransportCounters;
  readonly sendBufferBytes: number;
  readonly silenceTicks: number;
  readonly helloTicks: number;
  /** Called when a link has gone. */
  readonly left: () => void;
}

/** One agent's connection, seen from both sides: by the server as a link, by the socket as what takes its events. */
export class SocketLink implements AgentLink, InboxOwner, Watched {
  readonly id: string;
  readonly remoteAddress: string;
  slot = -1;
  readonly #context: LinkContext;
  readonly #socket: AgentSocket;
  readonly #stream: Socket;
  readonly #inbox: Inbox;
  #handler: AgentLinkHandler | undefined = undefined;
  #seenTick: number;
  /** By when the first frame must have come; 0 once it has. */
  #helloTick: number;
  #afterGoodbye = 0;
  #leaving = false;

  /** @param stream - the connection below the WebSocket */
  constructor(context: LinkContext, socket: AgentSocket, stream: Socket, id: string, remoteAddress: string) {
    this.id = id;
    this.remoteAddress = remoteAddress;
    this.#context = context;
    this.#socket = socket;
    this.#stream = stream;
    this.#inbox = new Inbox(this, socket, context.turns);
    this.#seenTick = context.wheel.tick;
    this.#helloTick = context.wheel.tick + context.helloTicks;
  }

  /** Hands the link over to the server. */
  open(accept: (link: AgentLink) => AgentLinkHandler): void {
    this.#context.wheel.watch(this, 1);
    this.#socket.carry(this);
    try {
      this.#handler = accept(this);
    } catch (error) {
      this.failed(error);
    }
  }

  send(frame: ServerFrame): boolean {
    if (this.#leaving || this.#socket.readyState !== WebSocket.OPEN) return false;
    if (this.#socket.bufferedAmount >= this.#context.sendBufferBytes) {
      this.#context.counters.dropped += 1;
      return false;
    }
    this.#socket.send(encodeServerFrame(frame));
    return true;
  }

  close(reason: ErrorBody): void {
    if (this.#leaving) return;
    this.#sayGoodbye(reason);
    this.#socket.close(closeCodeOf(reason.code), reason.code);
  }

  /** A WebSocket message has come. */
  message(data: Buffer, isBinary: boolean): void {
    this.#seenTick = this.#context.wheel.tick;
    if (this.#leaving) this.#ignore();
    else if (isBinary) this.#inbox.push(data);
    else this.#refuse(new RmmError('FRAME_MALFORMED', 'Frames are binary messages, not text'));
  }

  /** A ping or pong has come. */
  signOfLife(): void {
    this.#seenTick = this.#context.wheel.tick;
    if (this.#leaving) {
      this.#ignore();
      return;
    }
    this.#guarded((handler) => handler.alive());
    this.#inbox.yield();
  }

  take(bytes: Buffer): Promise<void> | undefined {
    const frame = this.#read(bytes);
    if (!frame) return undefined;
    this.#helloTick = 0;
    this.#context.counters.frames += 1;
    try {
      return this.#handler?.frame(frame);
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  /** The server is at fault: the agent keeps what it sent and comes again. */
  failed(error: unknown): void {
    const meta = { link: this.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    this.#context.log.write('error', 'handler', 'Handling a frame failed; the connection is closed', meta);
    this.close(isRmmError(error) ? error.toJSON() : FAULT);
  }

  /** `ws` gives up on the peer and is about to close. */
  givenUp(closeCode: number): void {
    if (this.#leaving) return;
    const tooLarge = closeCode === closeCodeOf('FRAME_TOO_LARGE');
    const reason = tooLarge
      ? new RmmError('FRAME_TOO_LARGE', `A frame exceeds the limit of ${LIMITS.frameBytes} bytes`)
      : new RmmError('FRAME_MALFORMED', 'A WebSocket message is malformed or comes in too many parts');
    this.#note(reason);
    this.#sayGoodbye(reason.toJSON());
  }

  /** The socket is closed. */
  ended(): void {
    this.#leaving = true;
    this.#inbox.close();
    this.#context.wheel.forget(this);
    this.#guarded((handler) => handler.closed());
    this.#handler = undefined;
    this.#context.left();
  }

  /** Ends the connection at once. */
  terminate(): void {
    this.#leaving = true;
    this.#socket.terminate();
  }

  look(tick: number): number {
    const { silenceTicks, counters } = this.#context;
    if (this.#leaving) return silenceTicks;
    if (this.#helloTick > 0) return this.#lookForHello(tick);
    const left = this.#seenTick + silenceTicks - tick;
    if (left > 0) return left;
    counters.silent += 1;
    this.terminate();
    return silenceTicks;
  }

  #read(bytes: Buffer): AgentFrame | undefined {
    try {
      const frame = decodeAgentFrame(bytes, this.#helloTick > 0 ? FIRST_FRAME_BYTES : LIMITS.inflatedFrameBytes);
      checkAgentFrame(frame);
      return frame;
    } catch (error) {
      if (isRmmError(error)) this.#refuse(error);
      else this.failed(error);
      return undefined;
    }
  }

  #lookForHello(tick: number): number {
    if (this.#stream.bytesRead > FIRST_BYTES) {
      this.#refuse(new RmmError('FRAME_TOO_LARGE', `The first frame exceeds ${FIRST_FRAME_BYTES} bytes`));
    } else if (tick >= this.#helloTick) {
      this.#refuse(new RmmError('UNAUTHENTICATED', 'The agent did not present itself in time'));
    }
    return 1;
  }

  /** After the goodbye a little is read for the sake of an orderly close, but no flood. */
  #ignore(): void {
    this.#afterGoodbye += 1;
    if (this.#afterGoodbye === MOST_AFTER_GOODBYE) this.#socket.pause();
  }

  #sayGoodbye(reason: ErrorBody): void {
    const open = this.#socket.readyState === WebSocket.OPEN;
    if (open && this.#socket.bufferedAmount < this.#context.sendBufferBytes) {
      this.#socket.send(encodeServerFrame(goodbyeFrame(reason)));
    }
    this.#leaving = true;
    this.#inbox.close();
  }

  /** The agent is at fault. */
  #refuse(reason: RmmError): void {
    this.#note(reason);
    this.close(reason.toJSON());
  }

  #note(reason: RmmError): void {
    const { counters, log } = this.#context;
    counters.refuse(reason.code);
    const meta = { link: this.id, remoteAddress: this.remoteAddress, code: reason.code, reason: reason.message };
    log.write('warn', reason.code, 'A connection was closed for what the agent sent', meta);
  }

  /** A handler that throws where it must not harms only its own link. */
  #guarded(call: (handler: AgentLinkHandler) => void): void {
    if (!this.#handler) return;
    try {
      call(this.#handler);
    } catch (error) {
      this.failed(error);
    }
  }
}
