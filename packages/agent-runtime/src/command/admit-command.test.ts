import { type Command, signingBytes } from '@rmm/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateKeys, signWith } from '../identity/ed25519.js';
import { admitCommand } from './admit-command.js';

const keys = generateKeys();
const context = { identity: { systemKey: keys.publicKey, systemId: 's', deviceId: 'd' }, now: 1000, counterFloor: 5 };
const command: Command = {
  v: 1,
  id: 'c',
  systemId: 's',
  deviceId: 'd',
  counter: 6,
  issuedAt: 1,
  expiresAt: 2000,
  body: { kind: 'audit.run' },
};
const signed = (doc: string) => ({ doc, sig: signWith(keys, signingBytes('command', doc)) });
const admit = (change: object) => admitCommand(signed(JSON.stringify({ ...command, ...change })), context);

describe('admitCommand', () => {
  test('admits what is signed for this device, fresh and known', () => {
    expect(admit({})).toEqual({ verdict: 'admitted', command });
  });

  test.each([
    [{ counter: 5 }, 'refused', 'COMMAND_REPLAYED'],
    [{ expiresAt: 1000 }, 'refused', 'COMMAND_EXPIRED'],
    [{ body: { kind: 'job.fly' } }, 'refused', 'COMMAND_UNSUPPORTED'],
    [{ body: { kind: 'audit.run', extra: 1 } }, 'refused', 'COMMAND_UNSUPPORTED'],
    [{ v: 2 }, 'refused', 'COMMAND_UNSUPPORTED'],
    [{ deviceId: 'other' }, 'rejected', 'COMMAND_MISDIRECTED'],
    [{ systemId: 'other' }, 'rejected', 'COMMAND_MISDIRECTED'],
    [{ id: '' }, 'rejected', 'FRAME_MALFORMED'],
    [{ counter: 1.5 }, 'rejected', 'FRAME_MALFORMED'],
  ])('%j is %s as %s', (change, verdict, code) => {
    expect(admit(change)).toMatchObject({ verdict, code });
  });

  test('admits nothing that was changed by one character after it was signed', () => {
    const { doc, sig } = signed(JSON.stringify(command));
    fc.assert(
      fc.property(fc.nat(doc.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        const changed = doc.slice(0, at) + character + doc.slice(at + 1);
        if (changed !== doc)
          expect(admitCommand({ doc: changed, sig }, context)).toMatchObject({ code: 'SIGNATURE_INVALID' });
      }),
    );
  });

  test('believes no text or signature at random, and throws at none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.string(), (doc, sig) => {
        expect(admitCommand({ doc, sig }, context).verdict).toBe('rejected');
        expect(admitCommand(signed(doc), context).verdict).not.toBe('admitted');
      }),
    );
  });

  test('a signature for another purpose is none', () => {
    const doc = JSON.stringify(command);
    const sig = signWith(keys, signingBytes('welcome', doc));
    expect(admitCommand({ doc, sig }, context)).toMatchObject({
      verdict: 'rejected',
      id: 'c',
      code: 'SIGNATURE_INVALID',
    });
  });
});
