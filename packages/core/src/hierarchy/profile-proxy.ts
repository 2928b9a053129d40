import { RmmError } from '@rmm/protocol';
import type { SecretBox } from '../port/secret-box.js';
import type { ProxySettings } from './hierarchy-models.js';

/** A proxy as callers give it. */
export interface ProxyInput {
  readonly host: string;
  readonly port: number;
  readonly username?: string | null;
  readonly password?: string;
}

/** Binds a sealed password to its place. */
const context = (systemId: string, profileId: string) => `${systemId}/profile/${profileId}/proxy`;

/**
 * A proxy as it is stored. A password that is not given stays, but only with the host and port that it was meant for:
 * otherwise whoever may edit a Profile could have it sent to a host of their own.
 * @throws RmmError `INVALID_INPUT`
 */
export async function storedProxy(
  secretBox: SecretBox,
  systemId: string,
  profileId: string,
  given: ProxyInput | null,
  present: ProxySettings | null,
): Promise<ProxySettings | null> {
  if (given === null) return null;
  const { host, port, username = null, password } = given;
  if (password !== undefined) {
    return { host, port, username, sealedPassword: await secretBox.seal(password, context(systemId, profileId)) };
  }
  const sealedPassword = username === null ? null : (present?.sealedPassword ?? null);
  if (sealedPassword !== null && (present?.host !== host || present.port !== port)) {
    const message = 'proxy.password is needed again when the proxy’s host or port changes; give it, or username: null';
    throw new RmmError('INVALID_INPUT', message, { details: { issues: [{ path: '/proxy/password', message }] } });
  }
  return { host, port, username, sealedPassword };
}
