import { TLSSocket } from 'node:tls';
import type { TransportClient } from '@rmm/conformance/transport';
import type { ServerFrame } from '@rmm/protocol';
import { checkServerFrame } from '@rmm/protocol';
import { decodeServerFrame, encodeAgentFrame } from '@rmm/protocol/codec';
import { WebSocket } from 'ws';
import { pinOf } from '../pin-of.js';

export interface SocketClientOptions {
  readonly url: string;
  /** Verified as an agent would: by the public key, not by an authority. */
  readonly pin?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Connects as an agent does. Rejects when the connection or its upgrade is refused. */
export async function socketClient(options: SocketClientOptions): Promise<TransportClient & { socket: WebSocket }> {
  const socket = new WebSocket(options.url, {
    rejectUnauthorized: false,
    perMessageDeflate: false,
    headers: { ...options.headers },
  });
  const inbox = frameReader(socket);
  let pin: string | undefined;
  socket.once('upgrade', ({ socket: stream }) => {
    if (stream instanceof TLSSocket) pin = pinOf(stream.getPeerX509Certificate()?.toString() ?? '');
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  if (options.pin !== undefined && pin !== options.pin) throw new Error('The server has another key');
  return {
    socket,
    send: (frame) => socket.send(encodeAgentFrame(frame)),
    sendBytes: (bytes) => socket.send(bytes),
    ping: () => socket.ping(),
    next: inbox.next,
    ended: inbox.ended,
    close: () => socket.close(),
    cut: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    unsent: () => socket.bufferedAmount,
  };
}

/** Reads frames from the very first byte on. */
function frameReader(socket: WebSocket): Pick<TransportClient, 'next' | 'ended'> {
  const frames: ServerFrame[] = [];
  let wake: () => void = () => {};
  let over = false;
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      over = true;
      wake();
      resolve();
    });
  });
  socket.on('message', (data: Buffer) => {
    const frame = decodeServerFrame(data);
    checkServerFrame(frame);
    frames.push(frame);
    wake();
  });
  const next = async () => {
    while (frames.length === 0 && !over) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return frames.shift();
  };
  return { next, ended };
}
