import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTunnel, proxyFor } from './proxy-tunnel.js';

describe('proxyFor', () => {
  test.each([
    [{}, undefined],
    [{ HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    [{ https_proxy: 'http://p:1' }, 'http://p:1'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'other, rmm.example.com' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '.example.com' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'example.com' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'le.com' }, 'http://p:1'],
    [{ HTTPS_PROXY: 'http://p:1', no_proxy: '*' }, undefined],
  ])('%j', (environment, proxy) => expect(proxyFor('rmm.example.com', environment)).toBe(proxy));
});

describe('openTunnel', () => {
  let proxy: Server;
  let asked: { target: string | undefined; authorization: string | undefined }[];
  let status: string;
  beforeEach(async () => {
    asked = [];
    status = '200 Connection established';
    proxy = createServer((_request, response) => response.writeHead(405).end());
    proxy.on('connect', (request, client) => {
      asked.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
      client.on('error', () => undefined);
      if (!status.startsWith('200')) {
        client.end(`HTTP/1.1 ${status}\r\n\r\n`);
        return;
      }
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const server = connect(Number(port), host, () => client.write(`HTTP/1.1 ${status}\r\n\r\n`));
      server.on('error', () => client.destroy());
      client.pipe(server).pipe(client);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => proxy.close(resolve)));
  const never = new AbortController().signal;
  const address = () => `127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  test('reaches the server through the proxy, with user and password', async () => {
    const echo = createTcpServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const { port } = echo.address() as AddressInfo;
    const socket = await openTunnel(`http://user:p%40ss@${address()}`, '127.0.0.1', port, never);
    const answer = new Promise((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.write('hello');
    expect(await answer).toBe('hello');
    expect(asked).toEqual([{ target: `127.0.0.1:${port}`, authorization: `Basic ${btoa('user:p@ss')}` }]);
    socket.destroy();
    await new Promise((resolve) => echo.close(resolve));
  });

  test('a refusal names the proxy and its answer', async () => {
    status = '407 Proxy Authentication Required';
    await expect(openTunnel(`http://${address()}`, 'a', 1, never)).rejects.toThrow(/407/);
  });

  test('a proxy that is not there, or of another kind, is named', async () => {
    await expect(openTunnel('http://127.0.0.1:1', 'a', 1, never)).rejects.toThrow(/127\.0\.0\.1:1/);
    await expect(openTunnel('socks5://127.0.0.1:1', 'a', 1, never)).rejects.toThrow(/http:\/\//);
  });
});
