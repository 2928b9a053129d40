import { parseEnrolmentToken } from '@rmm/protocol';
import type { RmmApi } from '../core-api.js';
import type { AgentActor, HostActor } from '../port/actor.js';
import type { Rmm } from '../rmm.js';

interface NewDevice {
  readonly profileId: string;
  readonly hostname: string;
  readonly platform?: 'linux' | 'windows' | 'macos';
}

/** Has a new device join a Profile, as its agent would, and returns the agent's actor. */
export async function enrolDevice(
  rmm: Pick<Rmm<RmmApi>, 'as' | 'call'>,
  host: HostActor & { readonly systemId: string },
  { profileId, hostname, platform = 'linux' }: NewDevice,
): Promise<AgentActor> {
  const { token } = await rmm.as(host).enrolments.create({ profileId, uses: 1 });
  const { id, secret } = parseEnrolmentToken(token);
  const { deviceId } = (await rmm.call(host, 'agents.enrol', {
    enrolmentId: id.split('.')[1],
    secret,
    publicKey: `key-of-${id}`,
    hostname,
    platform,
    agentVersion: '1.0.0',
    remoteAddress: '203.0.113.7',
  })) as { deviceId: string };
  return { kind: 'agent', systemId: host.systemId, deviceId };
}
