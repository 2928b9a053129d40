import type { AuthenticatorContext, NewAccount } from '@rmm/core/ports';
import { isRmmError, RmmError } from '@rmm/protocol';
import { hashPassword } from 'better-auth/crypto';
import { PASSWORD_LENGTH, tableOptions } from './better-auth-options.js';
import { adapterWithin } from './storage/storage-adapter.js';

type Adapter = ReturnType<ReturnType<typeof adapterWithin>>;

/** Makes and changes accounts on behalf of the RMM's own operations, each call a transaction of its own. */
export class AuthAccounts {
  readonly #context: () => AuthenticatorContext;

  constructor(context: () => AuthenticatorContext) {
    this.#context = context;
  }

  async create({ email, name, password }: NewAccount): Promise<string> {
    const hash = await hashed(password);
    const address = email.trim().toLowerCase();
    try {
      return await this.#atomically(async (adapter) => {
        if (await adapter.findOne({ model: 'user', where: [{ field: 'email', value: address }] })) throw taken(address);
        // Whoever makes accounts vouches for the address; sign-in through a provider may then be matched by it.
        const user = await adapter.create<Record<string, unknown>, { id: string }>({
          model: 'user',
          data: { email: address, name, emailVerified: true },
        });
        await adapter.create({
          model: 'account',
          data: { userId: user.id, accountId: user.id, providerId: 'credential', password: hash },
        });
        return user.id;
      });
    } catch (error) {
      throw isRmmError(error, 'STORAGE_UNIQUE') ? taken(address) : error;
    }
  }

  async checkPassword(account: string, password: string): Promise<void> {
    assertLength(password);
    await this.#atomically(async (adapter) => {
      if ((await adapter.count({ model: 'account', where: withPassword(account) })) === 0) throw noPassword();
    });
  }

  async setPassword(account: string, password: string): Promise<void> {
    const hash = await hashed(password);
    await this.#atomically(async (adapter) => {
      const where = withPassword(account);
      const changed = await adapter.updateMany({ model: 'account', where, update: { password: hash } });
      if (changed === 0) throw noPassword();
    });
  }

  async signOut(account: string): Promise<void> {
    await this.#atomically((adapter) => endSessions(adapter, account));
  }

  async remove(account: string): Promise<void> {
    await this.#atomically(async (adapter) => {
      await endSessions(adapter, account);
      for (const model of ['account', 'twoFactor']) await adapter.deleteMany({ model, where: [ofUser(account)] });
      await adapter.deleteMany({ model: 'user', where: [{ field: 'id', value: account }] });
    });
  }

  #atomically<R>(work: (adapter: Adapter) => Promise<R>): Promise<R> {
    const { storage, ids } = this.#context();
    const options = { ...tableOptions(), advanced: { database: { generateId: () => ids.next() } } };
    return storage.transaction((tx) => work(adapterWithin(tx)(options)));
  }
}

const noPassword = () => new RmmError('NOT_FOUND', 'The account has no password here.');
const withPassword = (account: string) => [ofUser(account), { field: 'providerId', value: 'credential' }];
const ofUser = (account: string) => ({ field: 'userId', value: account });

/** Sessions, half-finished sign-ins and devices that may skip the second factor. */
async function endSessions(adapter: Adapter, account: string): Promise<void> {
  await adapter.deleteMany({ model: 'session', where: [ofUser(account)] });
  await adapter.deleteMany({ model: 'verification', where: [{ field: 'value', value: account }] });
}

async function hashed(password: string): Promise<string> {
  assertLength(password);
  return hashPassword(password);
}

function assertLength(password: string): void {
  const { min, max } = PASSWORD_LENGTH;
  const { length } = [...password];
  if (length >= min && length <= max) return;
  const message = `${min} to ${max} characters expected, not ${length}`;
  throw new RmmError('INVALID_INPUT', `password: ${message}`, {
    details: { issues: [{ path: '/password', message }] },
  });
}

const taken = (email: string) => new RmmError('CONFLICT', `${email} already has an account.`);
