import { hostname } from 'node:os';

/** Names under which a computer knows only itself. */
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const ALL = new Set(['0.0.0.0', '::']);

export const isLoopback = (host: string): boolean => LOOPBACK.has(host);

/** Where agents find the server that listens on `host`: this computer's own first, then what others call it. */
export function agentAddresses(host: string, port: number, ownName = hostname()): string[] {
  const url = (name: string) => `wss://${name.includes(':') ? `[${name}]` : name}:${port}/agent`;
  if (isLoopback(host)) return [url(host)];
  return ALL.has(host) ? [url('127.0.0.1'), url(ownName)] : [url(host)];
}
