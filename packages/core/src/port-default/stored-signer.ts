import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isRmmError } from '@rmm/protocol';
import { Data } from '../data/data.js';
import { defineModel, required } from '../data/model.js';
import type { Clock } from '../port/clock.js';
import type { SecretBox } from '../port/secret-box.js';
import type { Signer } from '../port/signer.js';
import type { Storage } from '../storage/storage.js';

export interface SystemKeyRow {
  /** Always `ed25519`: one key a System. */
  algorithm: string;
  publicKey: string;
  sealedPrivateKey: string;
  createdAt: number;
}

export const systemKeyModel = defineModel<SystemKeyRow>({
  name: 'systemKey',
  fields: {
    algorithm: required('string'),
    publicKey: required('string'),
    sealedPrivateKey: required('string'),
    createdAt: required('time'),
  },
  key: ['algorithm'],
});

interface LoadedKey {
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** Keeps each System's Ed25519 key in storage, the private half sealed by the SecretBox. */
export function storedSigner(parts: {
  readonly storage: Storage;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
}): Signer {
  const loaded = new Map<string, Promise<LoadedKey>>();
  const keyOf = (systemId: string): Promise<LoadedKey> => {
    let key = loaded.get(systemId);
    if (!key) {
      key = loadOrMake(parts, systemId);
      loaded.set(systemId, key);
      key.catch(() => loaded.delete(systemId));
    }
    return key;
  };
  return {
    publicKey: async (systemId) => (await keyOf(systemId)).publicKey,
    sign: async (systemId, message) => sign(null, message, (await keyOf(systemId)).privateKey).toString('base64url'),
  };
}

async function loadOrMake(parts: Parameters<typeof storedSigner>[0], systemId: string): Promise<LoadedKey> {
  const data = new Data(parts.storage, systemId);
  const context = `${systemId}/systemKey`;
  let row = await data.one(systemKeyModel, { algorithm: 'ed25519' });
  if (!row) {
    const made = await newKey(parts, context);
    try {
      await data.insert(systemKeyModel, made);
    } catch (error) {
      // Another process made one at the same moment: that one counts.
      if (!isRmmError(error, 'STORAGE_UNIQUE')) throw error;
    }
    row = (await data.one(systemKeyModel, { algorithm: 'ed25519' })) ?? made;
  }
  const der = Buffer.from(await parts.secretBox.open(row.sealedPrivateKey, context), 'base64url');
  return { publicKey: row.publicKey, privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
}

async function newKey(
  { secretBox, clock }: Parameters<typeof storedSigner>[0],
  context: string,
): Promise<SystemKeyRow> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url');
  return {
    algorithm: 'ed25519',
    publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
    sealedPrivateKey: await secretBox.seal(secret, context),
    createdAt: clock.now(),
  };
}
