import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { betterAuthAuthenticator } from '@rmm/adapters-better-auth';
import { consoleAssets } from '@rmm/adapters-console';
import { httpHandler, nodeListener } from '@rmm/adapters-http';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { tlsIdentity, websocketTransport } from '@rmm/adapters-websocket';
import { createRmm, type Rmm } from '@rmm/core';
import { RmmError } from '@rmm/protocol';
import { agentAddresses } from './agent-addresses.js';
import { agentPortIn } from './agent-port.js';
import { AgentProcess } from './agent-process.js';
import { openDataFolder } from './data-folder.js';
import { findOrMakePlace, type Place } from './first-start.js';
import { logger } from './logger.js';
import type { Options } from './options.js';

export interface Running {
  readonly url: string;
  readonly place: Place;
  stop(): Promise<void>;
}

/** Starts server, console and agent. What was already started is stopped again when a later step fails. */
export async function startQuickstart(options: Options, progress: (step: string) => void): Promise<Running> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    progress(`Opening ${options.data}`);
    const folder = await openDataFolder(options.data);
    const agentPort = await agentPortIn(options.data);
    const rmm = await createRmm({
      storage: sqliteStorage({ file: folder.database }),
      transport: websocketTransport({
        port: agentPort,
        host: options.host,
        publicUrls: agentAddresses(options.host, agentPort),
        tls: await tlsIdentity({ dir: folder.tls }),
        logger,
      }),
      authenticator: betterAuthAuthenticator(),
      masterKey: folder.masterKey,
      logger,
    });
    stops.push(() => rmm.stop());
    await rmm.start();
    const place = await findOrMakePlace(rmm);
    progress('Opening the console');
    const server = await listen(rmm, options);
    stops.push(() => closeServer(server));
    if (options.agent) {
      progress('Starting the agent of this machine');
      const agent = new AgentProcess({
        rmm,
        place,
        folder: folder.agent,
        log: (line) => logger.info(`agent: ${line}`),
      });
      stops.push(() => agent.stop());
      await agent.start();
    }
    return { url: urlOf(server, options.host), place, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listen(rmm: Rmm, { host, port }: Options): Promise<Server> {
  const server = createServer(nodeListener(httpHandler(rmm, { console: consoleAssets() })));
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EADDRINUSE' ? 'is taken by another program' : 'may not be opened by this user';
    throw new RmmError(
      'PORT_IN_USE',
      `Port ${port} ${why}; choose another with --port N, or --port 0 for any free one`,
    );
  }
  return server;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const name =
    host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}/`;
}
