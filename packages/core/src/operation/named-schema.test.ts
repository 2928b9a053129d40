import { type Static, Type } from 'typebox';
import { expect, expectTypeOf, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import type { Device } from '../hierarchy/device-contract.js';
import type { Job } from '../job/job-contract.js';
import type { PolicyChange } from '../policy/policy-contract.js';
import { Id, Named, Nullable, Strict } from './schema.js';

const PetSchema = Strict({ id: Id, name: Type.String({ maxLength: 9 }), owner: Type.Optional(Nullable(Id)) });
interface Pet extends Static<typeof PetSchema> {}
const PetView = Named<Pet, typeof PetSchema>(PetSchema);

test('a name changes nothing of the schema', () => {
  expect(JSON.stringify(PetView)).toBe(JSON.stringify(PetSchema));
  expect(JSON.stringify(Strict({ pets: Type.Array(PetView), best: Type.Optional(PetView) }))).toBe(
    JSON.stringify(Strict({ pets: Type.Array(PetSchema), best: Type.Optional(PetSchema) })),
  );
});

test('a name is that of the same type only', () => {
  expectTypeOf<Static<typeof PetView>>().toEqualTypeOf<Pet>();
  interface Tame extends Pet {
    readonly tame: boolean;
  }
  // @ts-expect-error the schema lacks a field of the type
  Named<Tame, typeof PetSchema>(PetSchema);
  // @ts-expect-error the type lacks a field of the schema
  Named<{ readonly id: string }, typeof PetSchema>(PetSchema);
});

test('what operations take and answer has the exported names', () => {
  expectTypeOf<Awaited<ReturnType<RmmApi['devices']['get']>>>().toEqualTypeOf<Device>();
  expectTypeOf<Awaited<ReturnType<RmmApi['jobs']['list']>>['items']>().toEqualTypeOf<Job[]>();
  expectTypeOf<Parameters<RmmApi['policies']['plan']>[0]['change']>().toEqualTypeOf<PolicyChange>();
});
