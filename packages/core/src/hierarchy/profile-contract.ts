import { type Static, Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Id, Name, Named, Nothing, Nullable, Secret, Strict, Text, Time } from '../operation/schema.js';

const Labels = Type.Array(Nullable(Type.String({ maxLength: 64 })), { minItems: 5, maxItems: 5 });
const Recipients = Type.Array(Type.String({ format: 'email', maxLength: 320 }), { maxItems: 50 });
/** A host name or IPv4 address. It becomes part of a command that people paste into shells, hence the few characters. */
const Host = Type.String({ minLength: 1, maxLength: 255, pattern: '^[A-Za-z0-9_.-]+$' });
const Port = Type.Integer({ minimum: 1, maximum: 65535 });
const Watts = Type.Number({ minimum: 0, maximum: 100_000 });

const ProfileSchema = Strict({
  id: Id,
  name: Name,
  description: Text,
  createdAt: Time,
  /** Overrides of the System's custom field names; null keeps the System's. */
  customFieldLabels: Labels,
  /** Null: for those who may view `profiles.settings` alone. */
  mailRecipients: Nullable(Recipients),
  /** Power of a typical device, watts; for the energy figures. */
  powerRatingWatts: Nullable(Watts),
  /** HTTP proxy through which this Profile's agents reach the server. */
  proxy: Nullable(Strict({ host: Host, port: Port, username: Nullable(Text), hasPassword: Type.Boolean() })),
  devices: Strict({ total: Type.Integer(), online: Type.Integer() }),
});
/** A Profile: the devices of one client or office, and what they share (guide, chapter 3). */
export interface Profile extends Static<typeof ProfileSchema> {}
export const ProfileView = Named<Profile, typeof ProfileSchema>(ProfileSchema);

const Settings = {
  description: Type.Optional(Text),
  customFieldLabels: Type.Optional(Labels),
  mailRecipients: Type.Optional(Recipients),
  powerRatingWatts: Type.Optional(Nullable(Watts)),
  proxy: Type.Optional(
    Nullable(
      Strict({
        host: Host,
        port: Port,
        username: Type.Optional(Nullable(Text)),
        /** Absent keeps the stored one. */
        password: Type.Optional(Secret()),
      }),
    ),
  ),
};

export const profilesContract = {
  list: declare({
    kind: 'query',
    summary: 'List the Profiles',
    requires: { permission: 'profiles' },
    route: 'GET /profiles',
    input: Strict({ search: Type.Optional(Type.String({ maxLength: 255 })) }),
    output: Strict({ items: Type.Array(ProfileView) }),
  }),
  get: declare({
    kind: 'query',
    summary: 'Show a Profile and its settings',
    requires: { permission: 'profiles' },
    route: 'GET /profiles/:profileId',
    input: Strict({ profileId: Id }),
    output: ProfileView,
    touches: ({ profileId }) => ({ profiles: [profileId] }),
  }),
  create: declare({
    kind: 'command',
    summary: 'Create a Profile',
    requires: { permission: 'profiles' },
    route: 'POST /profiles',
    input: Strict({ name: Name, ...Settings }),
    output: ProfileView,
  }),
  update: declare({
    kind: 'command',
    summary: 'Change a Profile’s name or settings',
    requires: { permission: 'profiles.settings' },
    route: 'PATCH /profiles/:profileId',
    input: Strict({ profileId: Id, name: Type.Optional(Name), ...Settings }),
    output: ProfileView,
    touches: ({ profileId }) => ({ profiles: [profileId] }),
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a Profile that holds no devices',
    requires: { permission: 'profiles' },
    route: 'DELETE /profiles/:profileId',
    input: Strict({ profileId: Id }),
    output: Nothing,
    touches: ({ profileId }) => ({ profiles: [profileId] }),
  }),
};
export interface ProfilesApi extends ApiOf<typeof profilesContract> {}

const EnrolmentSchema = Strict({
  id: Id,
  profileId: Id,
  createdAt: Time,
  createdBy: Type.String(),
  expiresAt: Time,
  usesLeft: Nullable(Type.Integer({ minimum: 0 })),
  used: Type.Integer({ minimum: 0 }),
});
/** An enrolment token without its secret. */
export interface Enrolment extends Static<typeof EnrolmentSchema> {}
export const EnrolmentView = Named<Enrolment, typeof EnrolmentSchema>(EnrolmentSchema);

const NewEnrolmentSchema = Strict({
  ...EnrolmentSchema.properties,
  token: Type.String(),
  /** What to type at the new device; names the Profile’s proxy, if any, without its password. */
  command: Type.String(),
});
/** An enrolment token that was just made, with its secret. */
export interface NewEnrolment extends Static<typeof NewEnrolmentSchema> {}
const NewEnrolmentView = Named<NewEnrolment, typeof NewEnrolmentSchema>(NewEnrolmentSchema);

/** Expiring tokens with which new agents join a Profile. */
export const enrolmentsContract = {
  list: declare({
    kind: 'query',
    summary: 'List a Profile’s valid enrolment tokens',
    requires: { permission: 'profiles.settings' },
    route: 'GET /profiles/:profileId/enrolments',
    input: Strict({ profileId: Id }),
    output: Strict({ items: Type.Array(EnrolmentView) }),
    touches: ({ profileId }) => ({ profiles: [profileId] }),
  }),
  create: declare({
    kind: 'command',
    summary: 'Make an enrolment token for new agents; it is shown once',
    requires: { permission: 'profiles.settings' },
    route: 'POST /profiles/:profileId/enrolments',
    input: Strict({
      profileId: Id,
      /** Default 24 hours, at most 90 days. */
      expiresInMs: Type.Optional(Type.Integer({ minimum: 60_000, maximum: 90 * 86_400_000, default: 86_400_000 })),
      /** How many devices may join with it; null is no limit. */
      uses: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 100_000 }))),
    }),
    output: NewEnrolmentView,
    touches: ({ profileId }) => ({ profiles: [profileId] }),
  }),
  revoke: declare({
    kind: 'command',
    summary: 'Revoke an enrolment token',
    requires: { permission: 'profiles.settings' },
    route: 'DELETE /profiles/:profileId/enrolments/:enrolmentId',
    input: Strict({ profileId: Id, enrolmentId: Id }),
    output: Nothing,
    touches: ({ profileId, enrolmentId }) => ({ profiles: [profileId], enrolments: [enrolmentId] }),
  }),
};
export interface EnrolmentsApi extends ApiOf<typeof enrolmentsContract> {}
