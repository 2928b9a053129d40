import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { RmmError } from '@rmm/protocol';
import { openTunnel, proxyFor } from './proxy-tunnel.js';

export interface TlsTarget {
  readonly url: URL;
  /** SHA-256 of the server's public key (SPKI, DER), base64url; without it the public authorities vouch. */
  readonly pin?: string | undefined;
  /** URL of an HTTP proxy; the environment's unless told. */
  readonly proxy?: string | undefined;
}

/**
 * A TLS connection to the server and to no one else: nothing is sent over it before the server's key is checked.
 *
 * @throws RmmError `SERVER_KEY_MISMATCH`; Error when it cannot be reached
 */
export async function openTls({ url, pin, proxy }: TlsTarget, signal: AbortSignal): Promise<TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || 443);
  const through = proxy ?? proxyFor(host);
  const tunnel = through === undefined ? undefined : await openTunnel(through, host, port, signal);
  const socket = await secured(host, port, tunnel, pin, signal);
  if (pin !== undefined) checkPin(socket, pin, url.host);
  return socket;
}

function secured(
  host: string,
  port: number,
  tunnel: Socket | undefined,
  pin: string | undefined,
  signal: AbortSignal,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('Interrupted'));
    const socket = connect({
      ...(tunnel ? { socket: tunnel } : { host, port }),
      ...(isIP(host) === 0 && { servername: host }),
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      // A pinned key is the stronger proof and needs no authority; it is compared before anything is sent.
      rejectUnauthorized: pin === undefined,
    });
    const onAbort = () => settle(new Error(`No answer from ${host}:${port} in time`));
    const onClose = () => settle(new Error(`${host}:${port} closed the connection`));
    const settle = (error?: Error) => {
      signal.removeEventListener('abort', onAbort);
      socket.off('close', onClose);
      if (error === undefined) return resolve(socket);
      socket.destroy();
      tunnel?.destroy();
      reject(error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    // Kept for good: an error after this is told by 'close', too, and must not bring down the process.
    socket.on('error', settle);
    socket.once('close', onClose);
    socket.once('secureConnect', () => settle());
  });
}

function checkPin(socket: TLSSocket, pin: string, host: string): void {
  const spki = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
  const found = spki && createHash('sha256').update(spki).digest();
  const expected = Buffer.from(pin, 'base64url');
  if (found !== undefined && found.length === expected.length && timingSafeEqual(found, expected)) return;
  socket.destroy();
  throw new RmmError(
    'SERVER_KEY_MISMATCH',
    `${host} presented the key ${found?.toString('base64url') ?? '(none)'}, not the pinned ${pin}: either the server has a new key, and the agent must enrol again with a new token, or someone is in between`,
  );
}
