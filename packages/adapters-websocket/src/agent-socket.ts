import { WebSocket } from 'ws';

/** What a socket tells its link. */
export interface SocketOwner {
  message(data: Buffer, isBinary: boolean): void;
  signOfLife(): void;
  ended(): void;
  /** `ws` is about to close the connection for a fault of the peer. */
  givenUp(code: number): void;
}

/** Codes with which `ws` itself gives up on a peer: broken framing, wrong text encoding, too many parts, too large. */
const GIVEN_UP = new Set([1002, 1007, 1008, 1009]);

/**
 * A server-side WebSocket that knows its link, so that all sockets share the same few listeners: closures of each link's
 * own would cost more memory than all its other state.
 */
export class AgentSocket extends WebSocket {
  link: SocketOwner | undefined = undefined;

  /**
   * `ws` closes a connection for a broken or oversized message with a code and no text: before it does, the agent is told
   * why in our own words.
   */
  override close(code?: number, data?: string | Buffer): void {
    if (code !== undefined && data === undefined && GIVEN_UP.has(code)) this.link?.givenUp(code);
    super.close(code, data);
  }

  /** Connects the socket's events with its link. */
  carry(link: SocketOwner): void {
    this.link = link;
    this.on('message', onMessage);
    this.on('ping', onSign);
    this.on('pong', onSign);
    this.on('close', onClose);
    this.on('error', onError);
  }
}

function onMessage(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  if (this instanceof AgentSocket && Buffer.isBuffer(data)) this.link?.message(data, isBinary);
}

function onSign(this: WebSocket): void {
  if (this instanceof AgentSocket) this.link?.signOfLife();
}

function onClose(this: WebSocket): void {
  if (this instanceof AgentSocket) this.link?.ended();
}

/** What went wrong is told by the goodbye or the close event; without a listener the process would end. */
function onError(): void {}
