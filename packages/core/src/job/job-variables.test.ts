import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { invalid, JobServer, SCRIPT } from '../test-support/job-server.js';
import type { TestAgent } from '../testing/test-agent.js';

let world: JobServer;
let api: RmmApi;
beforeEach(async () => {
  world = await JobServer.open();
  api = world.api;
});
afterEach(() => world[Symbol.asyncDispose]());

describe('variables of a job', () => {
  const variables = [
    { name: 'TEXT', type: 'string', required: true },
    { name: 'COUNT', type: 'number', default: '3' },
    { name: 'DEEP', type: 'boolean' },
    { name: 'MODE', type: 'choice', choices: ['fast', 'slow'], default: 'fast' },
    { name: 'PASSWORD', type: 'secret' },
    { name: 'constructor', type: 'string' },
  ] as const;
  let componentId: string;
  let device: TestAgent;
  beforeEach(async () => {
    const component = { name: 'C', language: 'shell', script: 'x', variables: [...variables] } as const;
    componentId = (
      await api.components.create({ ...component, variables: [...variables].map((one) => ({ ...one })) as never })
    ).id;
    device = await world.device();
  });
  const run = (given: Record<string, string>) =>
    api.jobs.run({ deviceIds: [device.deviceId], componentId, variables: given });
  const environment = async () => {
    const [command] = await world.fetch(device);
    return command?.body.kind === 'job.run' ? command.body.environment : undefined;
  };

  test('reach the script, defaults filled in, over those of Profile and System', async () => {
    await api.variables.set({ name: 'TEXT', value: 'of the System' });
    await api.variables.set({ name: 'PLACE', value: 'System' });
    await api.variables.set({ name: 'PLACE', value: 'Profile', profileId: world.profileId, masked: true });
    await run({ TEXT: 'given', DEEP: 'true', PASSWORD: 'hunter2' });
    expect(await environment()).toEqual({
      TEXT: 'given',
      COUNT: '3',
      DEEP: 'true',
      MODE: 'fast',
      PASSWORD: 'hunter2',
      PLACE: 'Profile',
    });
  });

  test('are sealed where they are kept, and masked where they are recorded', async () => {
    await run({ TEXT: 'x', PASSWORD: 'hunter2' });
    const { items } = await api.activity.list({ operation: 'jobs.run' });
    expect(items[0]?.input).toMatchObject({ variables: '••••' });
    expect(JSON.stringify(items)).not.toContain('hunter2');
  });

  test.each([
    [{}, 'TEXT is missing'],
    [{ TEXT: 'x', COUNT: 'many' }, 'COUNT must be a number'],
    [{ TEXT: 'x', COUNT: ' ' }, 'COUNT must be a number'],
    [{ TEXT: 'x', DEEP: 'yes' }, 'DEEP must be true or false'],
    [{ TEXT: 'x', MODE: 'middling' }, 'MODE must be one of fast, slow'],
    [{ TEXT: 'x', OTHER: 'y' }, 'OTHER is not a variable'],
    [{ TEXT: 'x', toString: 'y' }, 'toString is not a variable'],
    [{ TEXT: 'x\0' }, 'NUL'],
    [{ TEXT: 'x'.repeat(32_769) }, 'variables'],
  ])('must fit: %j', async (given, words) => {
    await expect(run(given as Record<string, string>)).rejects.toMatchObject(invalid(words));
  });

  test('of a script of the moment may have any name that an environment takes', async () => {
    const call = (given: unknown) =>
      api.jobs.run({ deviceIds: [device.deviceId], script: SCRIPT, variables: given as Record<string, string> });
    for (const name of ['1A', 'A-B', 'A B', '', 'A'.repeat(129)]) {
      await expect(call({ [name]: 'x' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`V${at}`, 'x'.repeat(30_000)]));
    await expect(call(many)).rejects.toMatchObject(invalid('in all'));
    await call(JSON.parse('{"__proto__":"a","constructor":"b"}'));
    expect(Object.entries((await environment()) ?? {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});
