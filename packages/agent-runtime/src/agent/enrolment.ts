import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import {
  type EnrolmentToken,
  negotiateVersion,
  PROTOCOL,
  RmmError,
  type ServerFrameOf,
  signingBytes,
} from '@rmm/protocol';
import { isSignedBy, signWith } from '../identity/ed25519.js';
import type { Identity, IdentityStore } from '../identity/identity.js';
import type { Link } from '../wire/link.js';

/** A server under a storm of enrolments may take this long, milliseconds. */
const ANSWER_MS = 60_000;

export interface EnrolmentParts {
  readonly store: IdentityStore;
  readonly token: EnrolmentToken;
  readonly agentVersion: string;
  readonly machine: string | undefined;
  /** Forgets what an earlier identity left: a new device's commands are counted anew, and it has no policies yet. */
  readonly forgetOldDevice: () => Promise<void>;
}

/**
 * Joins the token's Profile. The identity is on the disk before anything else is done with it.
 *
 * @throws Goodbye with the server's reason; RmmError `SIGNATURE_INVALID` when the server is not the System's
 */
export async function enrol(
  link: Link,
  challenge: ServerFrameOf<'challenge'>,
  parts: EnrolmentParts,
): Promise<Identity> {
  const { store, token, agentVersion, machine, forgetOldDevice } = parts;
  checkVersions(challenge);
  const keys = await store.pendingKeys(token);
  const nonce = randomBytes(24).toString('base64url');
  link.send({
    kind: 'enrol',
    versions: PROTOCOL,
    agentVersion,
    tokenId: token.id,
    tokenSecret: token.secret,
    publicKey: keys.publicKey,
    nonce,
    proof: signWith(keys, signingBytes('enrol', `${challenge.nonce}\n${keys.publicKey}`)),
    hostname: hostname().slice(0, 255) || 'unnamed',
    platform: platformName(),
    ...(machine !== undefined && { machine }),
  });
  const { deviceId, systemId, proof } = await link.expect('enrolled', ANSWER_MS);
  if (!isSignedBy(token.systemKey, signingBytes('enrolled', `${nonce}\n${deviceId}\n${systemId}`), proof)) {
    throw new RmmError('SIGNATURE_INVALID', 'The server does not hold the key of the System that the token names');
  }
  const server = { urls: token.urls, ...(token.pin !== undefined && { pin: token.pin }) };
  const identity: Identity = { keys, server, systemKey: token.systemKey, systemId, deviceId };
  await forgetOldDevice();
  await store.save(identity);
  return identity;
}

/** @throws RmmError `PROTOCOL_UNSUPPORTED` */
export function checkVersions({ versions }: ServerFrameOf<'challenge'>): void {
  if (negotiateVersion(PROTOCOL, versions) !== undefined) return;
  throw new RmmError(
    'PROTOCOL_UNSUPPORTED',
    `The server speaks protocol ${versions.min} to ${versions.max}, this agent ${PROTOCOL.min} to ${PROTOCOL.max}: update the older one`,
  );
}

export function platformName(platform: NodeJS.Platform = process.platform): 'linux' | 'windows' | 'macos' {
  return platform === 'win32' ? 'windows' : platform === 'darwin' ? 'macos' : 'linux';
}
