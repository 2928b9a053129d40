import { httpHandler, nodeListener } from '@rmm/adapters-http';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { tlsIdentity, websocketTransport } from '@rmm/adapters-websocket';
import { createRmm } from '@rmm/core';
import { app, authenticator, settings } from './helpdesk.js';

export const rmm = await createRmm({
  storage: sqliteStorage({ file: `${settings.dir}/rmm.db` }),
  transport: websocketTransport({ port: settings.agentPort, tls: await tlsIdentity({ dir: `${settings.dir}/tls` }) }),
  authenticator,
  masterKey: settings.masterKey,
});
await rmm.start();
app.use('/rmm', nodeListener(httpHandler(rmm)));
