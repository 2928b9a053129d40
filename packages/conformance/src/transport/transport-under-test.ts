import type { AgentTransport } from '@rmm/core/ports';
import type { AgentFrame, ServerFrame } from '@rmm/protocol';

/** The agent's end of one connection, over the real network. */
export interface TransportClient {
  send(frame: AgentFrame): void;
  /** Sends any bytes in the place of a frame. */
  sendBytes(bytes: Uint8Array): void;
  /** A sign of life without a frame. */
  ping(): void;
  /** The server's next frame; undefined when the connection ended without one. */
  next(): Promise<ServerFrame | undefined>;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Leaves in an orderly way. */
  close(): void;
  /** Cuts the connection without a word. */
  cut(): void;
  /** Stops to read what the server sends, and goes on with it. */
  pause(): void;
  resume(): void;
  /** Bytes that the network has not taken yet. */
  unsent(): number;
}

/** A transport that is not started yet, and a way to reach it. */
export interface TransportUnderTest {
  readonly transport: AgentTransport;
  /** Connects a new agent. Rejects when nobody listens. Only called once the transport is started. */
  connect(): Promise<TransportClient>;
  /** Ends what was made for the test besides the transport, such as a host's server. */
  close?(): Promise<void>;
}
