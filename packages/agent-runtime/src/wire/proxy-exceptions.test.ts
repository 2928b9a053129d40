import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openTunnel, proxyFor } from './proxy-tunnel.js';

describe('the proxy of the environment', () => {
  const HTTPS_PROXY = 'http://proxy.example:3128';

  test.each([
    ['is heeded', 'rmm.example', {}, HTTPS_PROXY],
    ['not for a host that NO_PROXY names', 'rmm.example', { NO_PROXY: 'other, RMM.example' }, undefined],
    ['not below a domain that it names', 'a.rmm.example', { NO_PROXY: 'rmm.example' }, undefined],
    ['not for a domain written with a dot', 'rmm.example', { NO_PROXY: '.rmm.example' }, undefined],
    ['nor below it', 'a.rmm.example', { NO_PROXY: '*.rmm.example' }, undefined],
    ['but for one that only ends alike', 'xrmm.example', { NO_PROXY: 'rmm.example' }, HTTPS_PROXY],
    ['not when all are spared', 'rmm.example', { no_proxy: '*' }, undefined],
    ['an empty NO_PROXY spares none', 'rmm.example', { NO_PROXY: ' , ' }, HTTPS_PROXY],
    ['not for this computer', 'localhost', {}, undefined],
    ['nor its address', '127.0.0.1', {}, undefined],
    ['nor its IPv6 address', '::1', {}, undefined],
    ['but for a neighbour', '10.0.0.1', {}, HTTPS_PROXY],
  ])('%s', (_name, host, environment, proxy) => {
    expect(proxyFor(host, { HTTPS_PROXY, ...environment })).toBe(proxy);
  });
});

describe('a tunnel', () => {
  let proxy: Server;
  afterEach(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  test('goes through a proxy on an IPv6 address, with user and password', async () => {
    const asked: (string | undefined)[] = [];
    const target = createServer((_request, response) => response.end('here'));
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    const { port } = target.address() as AddressInfo;
    proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url, request.headers['proxy-authorization']);
      const onwards = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onwards.pipe(socket).pipe(onwards);
      });
    });
    proxy.listen(0, '::1');
    await once(proxy, 'listening');
    const { port: proxyPort } = proxy.address() as AddressInfo;
    const url = `http://me:p%40ss@[::1]:${proxyPort}`;
    const socket = await openTunnel(url, '127.0.0.1', port, new AbortController().signal);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) text += chunk;
    expect(text).toContain('here');
    expect(asked).toEqual([`127.0.0.1:${port}`, `Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
    target.close();
  });
});
