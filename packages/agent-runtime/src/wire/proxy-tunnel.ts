import { request } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * The proxy for a server from the environment, as other programs read it: `HTTPS_PROXY`, unless `NO_PROXY` names the
 * host or a domain above it. Never for this computer itself, which a proxy could not reach.
 */
export function proxyFor(
  host: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const proxy = environment.HTTPS_PROXY || environment.https_proxy;
  if (!proxy || isThisComputer(host)) return undefined;
  const exceptions = (environment.NO_PROXY || environment.no_proxy || '').toLowerCase().split(/[\s,]+/);
  const name = host.toLowerCase();
  const spared = exceptions.some((item) => {
    const domain = item.replace(/^\*?\./, '');
    return item === '*' || (domain !== '' && (name === domain || name.endsWith(`.${domain}`)));
  });
  return spared ? undefined : proxy;
}

function isThisComputer(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === 'localhost' || host.endsWith('.localhost');
  return LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * A TCP connection to `host:port` through an HTTP proxy (`CONNECT`), with its user and password when the URL has them.
 *
 * @throws Error when the proxy cannot be reached or refuses
 */
export function openTunnel(proxy: string, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const url = new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
  if (url.protocol !== 'http:') return Promise.reject(new Error(`The proxy ${url.host} is not an http:// proxy`));
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return new Promise((resolve, reject) => {
    const connect = request({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || 80,
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(url.username && { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }),
      },
      agent: false,
      signal,
    });
    connect.once('connect', (response, socket, head) => {
      if (response.statusCode === 200 && head.length === 0) return resolve(socket);
      socket.destroy();
      reject(new Error(`The proxy ${url.host} answered ${response.statusCode} to CONNECT ${authority}`));
    });
    connect.once('response', (response) => {
      response.destroy();
      reject(new Error(`The proxy ${url.host} answered ${response.statusCode} to CONNECT ${authority}`));
    });
    connect.once('error', (error) => reject(new Error(`The proxy ${url.host} failed: ${error.message}`)));
    connect.end();
  });
}
