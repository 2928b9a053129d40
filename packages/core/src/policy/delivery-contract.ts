import { Type } from 'typebox';
import { declare } from '../operation/contract.js';
import { Id, Nothing, Strict } from '../operation/schema.js';

/** Devices settled in one transaction. */
export const SETTLE_BATCH = 500;

const Hash = Type.String({ maxLength: 64 });

/** What the server does by itself to bring policies to devices. It changes nothing that anyone decided. */
export const deliveryContract = {
  settle: declare({
    kind: 'command',
    summary: 'Note what devices are to obey, and tell their agents',
    requires: 'host',
    recorded: false,
    input: Strict({
      /** `hash` is empty for devices that obey nothing, being suspended. */
      devices: Type.Array(Strict({ deviceId: Id, hash: Hash, retry: Type.Boolean() }), { maxItems: SETTLE_BATCH }),
      documents: Type.Array(
        Strict({ hash: Hash, document: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())) }),
      ),
    }),
    output: Nothing,
  }),
  tidy: declare({
    kind: 'command',
    summary: 'Forget documents that no device is to obey any more',
    requires: 'host',
    recorded: false,
    input: Strict({ hashes: Type.Array(Hash, { minItems: 1, maxItems: SETTLE_BATCH }) }),
    output: Nothing,
  }),
};
