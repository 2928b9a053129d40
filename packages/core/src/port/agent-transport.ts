import type { AgentFrame, ErrorBody, ServerFrame } from '@rmm/protocol';

/** One agent's open connection, as the server sees it. */
export interface AgentLink {
  /** Unique among the links of this process. */
  readonly id: string;
  /** The peer's address, after the host's trusted proxies. */
  readonly remoteAddress: string;
  /**
   * Sends a frame; false when the link is closed or its send buffer is full (the frame is then dropped: work is pulled again).
   * @throws RmmError `FRAME_TOO_LARGE`
   */
  send(frame: ServerFrame): boolean;
  /** Tells the agent why, then closes. `details.retryAfterMs` of the reason says when to come again. */
  close(reason: ErrorBody): void;
}

/** What the server does with a link. */
export interface AgentLinkHandler {
  /**
   * Takes one validated frame. The transport hands in the next frame of this link only after the promise settled. A rejection
   * closes the link, with the code of an RmmError or else `INTERNAL`; the agent then comes again with what was not settled.
   */
  frame(frame: AgentFrame): Promise<void>;
  /** Any sign of life without a frame (a protocol ping). */
  alive(): void;
  /** Called once, whoever closed, and at once: a frame may still be being handled. Frames that waited are dropped. */
  closed(): void;
}

/** How agents find the transport and know it for the right one. */
export interface AgentEndpoint {
  /** `wss://` addresses, tried in order. */
  readonly urls: readonly string[];
  /** SHA-256 of the server's TLS public key (SPKI, DER), base64url. Absent: the agent verifies by the public web's authorities. */
  readonly pin?: string;
}

/**
 * The transport port: accepts agents' connections, checks size and shape of each frame, hands frames in and sends frames
 * out. It knows nothing of devices or identities.
 */
export interface AgentTransport {
  readonly id: string;
  readonly contract: 1;
  /** Starts to accept. `accept` is called for each new link. @throws RmmError `PORT_IN_USE`. */
  start(accept: (link: AgentLink) => AgentLinkHandler): Promise<void>;
  /** Valid once started. */
  endpoint(): AgentEndpoint;
  /** Closes all links and stops to listen. Idempotent. */
  stop(): Promise<void>;
}
