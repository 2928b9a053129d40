import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { RmmError } from '@rmm/protocol';
import type { SecretBox } from '../port/secret-box.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

interface DerivedKey {
  /** Names the master key inside sealed values, so that several can be in use while one replaces another. */
  readonly id: string;
  readonly key: Uint8Array;
}

function derive(masterKey: Uint8Array): DerivedKey {
  const id = createHash('sha256').update('rmm.key-id').update(masterKey).digest('base64url').slice(0, 8);
  return { id, key: new Uint8Array(hkdfSync('sha256', masterKey, 'rmm', 'secret-box', 32)) };
}

/**
 * AES-256-GCM under a key derived from the master key. Sealed values read `s1.<key id>.<base64url of IV, tag, text>`.
 *
 * @param masterKey 32 secret bytes; seals and opens
 * @param former master keys that were in use before; they only open
 */
export function aesSecretBox(masterKey: Uint8Array, former: readonly Uint8Array[] = []): SecretBox {
  const current = derive(masterKey);
  const keys = new Map([...former.map(derive), current].map(({ id, key }) => [id, key]));
  return {
    seal: async (plain, context) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv).setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `s1.${current.id}.${Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')}`;
    },
    open: async (sealed, context) => {
      const [version, id = '', body = ''] = sealed.split('.');
      const key = keys.get(id);
      if (version !== 's1' || !key) throw unreadable('it was sealed with another master key');
      const bytes = Buffer.from(body, 'base64url');
      const [iv, tag, text] = [
        bytes.subarray(0, IV_BYTES),
        bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES),
        bytes.subarray(IV_BYTES + TAG_BYTES),
      ];
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(context))
          .setAuthTag(tag);
        return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw unreadable('it is damaged, or belongs to another place', cause);
      }
    },
  };
}

function unreadable(why: string, cause?: unknown): RmmError {
  const message = `A stored secret cannot be read: ${why}. Start the server with the master key that it had when the secret was stored`;
  return new RmmError('SECRET_UNREADABLE', message, { cause });
}
