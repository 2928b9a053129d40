import { postgresStorage } from '@rmm/adapters-postgres';
import type { UserActor } from '@rmm/core';
import { testRmm } from '@rmm/core/testing';
import { describe, expect, test } from 'vitest';
import { runSql, testDatabaseUrl } from '../../packages/adapters-postgres/src/test-database.js';
import { requires } from '../support/requires.js';

const url = await testDatabaseUrl();

describe.runIf(requires('PostgreSQL', url !== undefined))('a server with two connections to its database', () => {
  test('serves many users at once: no command waits for a connection that waits for it', async () => {
    const schema = `rmm_few_${process.pid}`;
    const storage = postgresStorage({ connectionString: url ?? '', schema, connections: 2 });
    try {
      await using server = await testRmm({ storage });
      const host = await server.system();
      const api = server.rmm.as(host);
      const { items } = await api.roles.list();
      const roleId = items[0]?.id ?? '';
      const users: UserActor[] = [];
      for (let at = 0; at < 12; at++) {
        const name = `user-${at}`;
        const { id } = await api.users.create({ name, email: `${name}@example.org`, account: name, roleIds: [roleId] });
        users.push({ kind: 'user', systemId: host.systemId, userId: id });
      }
      const script = { language: 'shell', script: 'true' } as const;
      const made = await Promise.all(
        users.flatMap((user, at) => [
          server.rmm.as(user).profiles.create({ name: `Profile ${at}` }),
          server.rmm.as(user).components.create({ name: `Component ${at}`, ...script }),
        ]),
      );
      expect(made).toHaveLength(24);
      expect((await api.activity.list({ operation: 'profiles.create' })).items).toHaveLength(12);
    } finally {
      await runSql(url ?? '', `drop schema if exists ${schema} cascade`);
    }
  }, 120_000);
});
