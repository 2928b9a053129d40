import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { tlsIdentity, websocketTransport } from '@rmm/adapters-websocket';
import { createAgent } from '@rmm/agent-runtime';
import { createRmm } from '@rmm/core';
import { browserEnforcer } from './browser-enforcer.js';
import { browserPlugin } from './browser-policy.js';

/** A server and the agent of one computer, on real sockets, both in this process. */
export async function openOffice(folder: string) {
  const rmm = await createRmm({
    storage: sqliteStorage({ memory: true }),
    transport: websocketTransport({ port: 0, host: '127.0.0.1', tls: await tlsIdentity({ dir: join(folder, 'tls') }) }),
    plugins: [browserPlugin],
    masterKey: randomBytes(32),
  });
  await rmm.start();
  const { id: systemId } = await rmm.as({ kind: 'host', name: 'Office' }).systems.create({ name: 'Example Ltd' });
  const api = rmm.as({ kind: 'host', systemId, name: 'Office' });
  const { id: profileId } = await api.profiles.create({ name: 'Office' });
  const { token } = await api.enrolments.create({ profileId });
  const policies = join(folder, 'chromium');
  const agent = createAgent({
    dataDir: join(folder, 'agent'),
    token,
    policyEnforcers: [browserEnforcer(policies)],
  });
  await agent.start();
  return {
    api,
    on: rmm.on,
    /** What the browsers of the computer obey. */
    file: join(policies, 'rmm.json'),
    close: async () => {
      await agent.stop();
      await rmm.stop();
    },
  };
}
