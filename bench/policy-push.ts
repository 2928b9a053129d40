import { sqliteStorage } from '@rmm/adapters-sqlite';
import { commandModel } from '../packages/core/src/agent/command-model.js';
import { createRmm } from '../packages/core/src/create-rmm.js';
import { Data } from '../packages/core/src/data/data.js';
import { deviceModel } from '../packages/core/src/hierarchy/device-model.js';
import { definePlugin } from '../packages/core/src/plugin/plugin.js';
import { type PolicyDelivery, policyDeliveryRef } from '../packages/core/src/policy/policy-delivery.js';
import { devicePolicyModel } from '../packages/core/src/policy/policy-models.js';
import { deviceRow } from '../packages/core/src/test-support/device-row.js';
import { silentTransport } from '../packages/core/src/testing/silent-transport.js';
import { type BenchRow, benchRow } from './bench-row.js';

const DEVICES = 10_000;
const BATCH = 500;
const NOTHING = { exitCode: 0, startedAt: null, stdout: '', stderr: '', stdoutBytes: 0, stderrBytes: 0 };

/** A push to 10,000 devices: until their commands are durable, and until their agents have told that they obey. */
export async function policyPushBench(): Promise<readonly BenchRow[]> {
  const storage = sqliteStorage({ memory: true });
  let delivery: PolicyDelivery | undefined;
  const probe = definePlugin({
    id: 'bench',
    compat: '*',
    requires: ['policies'],
    setup: ({ use }) => {
      delivery = use(policyDeliveryRef);
      return {};
    },
  });
  const rmm = await createRmm({
    storage,
    transport: silentTransport(),
    masterKey: new Uint8Array(32),
    plugins: [probe],
  });
  await rmm.start();
  // Timers of a server do not keep its process alive; elsewhere its sockets do.
  const alive = setInterval(() => undefined, 1000);
  const { id: systemId } = await rmm.as({ kind: 'host', name: 'bench' }).systems.create({ name: 'Bench' });
  const api = rmm.as({ kind: 'host', systemId, name: 'bench' });
  const { id: profileId } = await api.profiles.create({ name: 'Bench' });
  const data = new Data(storage, systemId);
  const devices = Array.from({ length: DEVICES }, (_, i) =>
    deviceRow({ id: `device-${i.toString().padStart(6, '0')}`, profileId, hostname: `pc-${i}` }),
  );
  await data.insertAll(deviceModel, devices);
  const settings = { privacyMode: true, disableSettings: true };
  const targets = [{ kind: 'filter' as const, id: 'default-all' }];
  await api.policies.create({ name: 'Bench', type: 'agent', level: 'system', settings, targets });
  await api.devices.list({ limit: 1 });

  const pushed = await timed(async () => {
    const { devices: changed } = await api.policies.push();
    if (changed !== DEVICES) throw new Error(`The push would change ${changed} devices`);
  });
  const settled = await timed(async () => delivery?.idle());
  const queued = await data.find(commandModel, { match: { kind: 'policy.apply' } });
  if (queued.length !== DEVICES) throw new Error(`${queued.length} commands were queued`);
  const rows = await data.find(devicePolicyModel);
  const bare = await bareWrites(rows, queued);
  const obeyed = await timed(async () => {
    for (const { id, deviceId, detail } of queued) {
      const actor = { kind: 'agent', systemId, deviceId } as const;
      await rmm.call(actor, 'agents.pull', { limit: 16 });
      await rmm.call(actor, 'agents.handOut', { ids: [id] });
      await rmm.call(actor, 'agents.accepted', { ids: [id] });
      const policy = { hash: (detail as { desired: string }).desired, ignored: [] };
      await rmm.call(actor, 'agents.finished', { id, at: Date.now(), outcome: 'exited', ...NOTHING, policy });
    }
  });
  const { total } = await api.policies.drift({ limit: 1 });
  if (total !== 0) throw new Error(`${total} devices do not obey`);
  await rmm.stop();
  clearInterval(alive);
  const peer = 'the same rows in bare SQLite transactions';
  const row = (name: string, value: number) => benchRow({ name, value, unit: 'ms', peer, peerValue: bare });
  return [
    row(`policy push, ${DEVICES} devices: told how many change`, pushed),
    row(`policy push, ${DEVICES} devices: every command durable`, pushed + settled),
    row(`policy push, ${DEVICES} devices: signed, fetched and obeyed, without sockets`, pushed + settled + obeyed),
  ];
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await run();
  return performance.now() - from;
}

/** Writes what a push leaves behind into a storage of its own. */
async function bareWrites(rows: readonly object[], commands: readonly object[]): Promise<number> {
  const storage = sqliteStorage({ memory: true });
  await storage.migrate([devicePolicyModel.def, commandModel.def]);
  const time = await timed(async () => {
    for (let from = 0; from < rows.length; from += BATCH) {
      await storage.transaction(async (tx) => {
        await tx.insert(devicePolicyModel.def.name, rows.slice(from, from + BATCH) as never);
        await tx.insert(commandModel.def.name, commands.slice(from, from + BATCH) as never);
      });
    }
  });
  await storage.close();
  return time;
}
