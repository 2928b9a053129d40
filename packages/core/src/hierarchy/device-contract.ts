import { type Static, Type } from 'typebox';
import { FilterNode } from '../filter/filter-node.js';
import { type ApiOf, declare } from '../operation/contract.js';
import { Id, Ids, Name, Named, Nothing, Nullable, OneOf, Page, Strict, Text, Time } from '../operation/schema.js';

export const DEVICE_TYPES = ['server', 'workstation', 'laptop', 'smartphone', 'unknown'] as const;
export type DeviceType = (typeof DEVICE_TYPES)[number];
export const DeviceType = OneOf(DEVICE_TYPES);
const CustomFields = Type.Array(Nullable(Type.String({ maxLength: 255 })), { minItems: 5, maxItems: 5 });
const Label = Nullable(Type.String());

const DeviceSchema = Strict({
  id: Id,
  hostname: Type.String(),
  description: Text,
  profileId: Id,
  profileName: Name,
  status: OneOf(['online', 'offline', 'suspended']),
  type: DeviceType,
  typeOverride: Nullable(DeviceType),
  favourite: Type.Boolean(),
  tags: Type.Array(Type.String()),
  groups: Type.Array(Strict({ id: Id, name: Name })),
  customFields: CustomFields,
  /** The names in force of the custom fields: the Profile's, else the System's. */
  customFieldLabels: Type.Array(Type.String(), { minItems: 5, maxItems: 5 }),
  domain: Label,
  lastUser: Label,
  ipAddresses: Type.Array(Type.String()),
  externalIp: Label,
  macAddresses: Type.Array(Type.String()),
  manufacturer: Label,
  model: Label,
  serial: Label,
  operatingSystem: Label,
  servicePack: Label,
  architecture: Label,
  processor: Label,
  memoryBytes: Nullable(Type.Integer()),
  diskBytes: Nullable(Type.Integer()),
  diskFreeBytes: Nullable(Type.Integer()),
  agentVersion: Label,
  enrolledAt: Time,
  lastSeenAt: Nullable(Time),
  lastAuditAt: Nullable(Time),
  suspendedAt: Nullable(Time),
});
/** The summary of a device (guide, chapter 4). Null where no audit has told yet. */
export interface Device extends Static<typeof DeviceSchema> {}
export const DeviceView = Named<Device, typeof DeviceSchema>(DeviceSchema);

/** Which devices; the conditions narrow each other. */
const Selection = {
  profileId: Type.Optional(Id),
  groupId: Type.Optional(Id),
  filterId: Type.Optional(Id),
  /** A filter that is not stored. */
  filter: Type.Optional(FilterNode),
  /** Part of the host name, description, address, user, model, serial or a tag. */
  search: Type.Optional(Type.String({ maxLength: 255 })),
  favourite: Type.Optional(Type.Boolean()),
  /**
   * Suspended devices are the deleted ones that can be restored. They are only shown when asked for: by `true` here, or
   * by a filter that names the field `status.suspended` where this is absent.
   */
  suspended: Type.Optional(Type.Boolean()),
};
const Sorting = {
  /** A field of the catalogue (`fields.list`) by its id. Default `device.hostname`. */
  sortBy: Type.Optional(Type.String({ maxLength: 100 })),
  sortDir: Type.Optional(OneOf(['asc', 'desc'])),
};
const touchesDevices = ({ deviceIds }: { deviceIds: string[] }) => ({ devices: deviceIds });
const touchesDevice = ({ deviceId }: { deviceId: string }) => ({ devices: [deviceId] });
const touchesProfile = ({ profileId }: { profileId?: string }) => (profileId ? { profiles: [profileId] } : {});
const touchesGroup = ({ groupId }: { groupId: string }) => ({ groups: [groupId] });
const touchesSelection = ({ profileId, groupId, filterId }: SelectionIds) => ({
  profiles: profileId ? [profileId] : [],
  groups: groupId ? [groupId] : [],
  filters: filterId ? [filterId] : [],
});
interface SelectionIds {
  profileId?: string;
  groupId?: string;
  filterId?: string;
}

export const devicesContract = {
  list: declare({
    kind: 'query',
    summary: 'List devices: select, sort and page',
    requires: { permission: 'devices' },
    route: 'GET /devices',
    input: Strict({ ...Selection, ...Sorting, ...Page }),
    output: Strict({ total: Type.Integer(), items: Type.Array(DeviceView) }),
    touches: touchesSelection,
  }),
  export: declare({
    kind: 'query',
    summary: 'Download a list of devices as CSV',
    requires: { permission: 'devices' },
    route: 'GET /devices.csv',
    input: Strict({
      ...Selection,
      ...Sorting,
      /** Columns, by field id of the catalogue; by default those of the device list. */
      columns: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: 100 })),
    }),
    output: Strict({ filename: Type.String(), mediaType: Type.String(), text: Type.String() }),
    touches: touchesSelection,
  }),
  get: declare({
    kind: 'query',
    summary: 'Show a device',
    requires: { permission: 'devices' },
    route: 'GET /devices/:deviceId',
    input: Strict({ deviceId: Id }),
    output: DeviceView,
    touches: touchesDevice,
  }),
  update: declare({
    kind: 'command',
    summary: 'Change a device’s description, type or custom fields',
    requires: { permission: 'devices' },
    route: 'PATCH /devices/:deviceId',
    input: Strict({
      deviceId: Id,
      description: Type.Optional(Text),
      typeOverride: Type.Optional(Nullable(DeviceType)),
      customFields: Type.Optional(CustomFields),
    }),
    output: DeviceView,
    touches: touchesDevice,
  }),
  move: declare({
    kind: 'command',
    summary: 'Move devices to another Profile; jobs that have not reached them yet are withdrawn',
    requires: { permission: 'devices' },
    route: 'POST /devices/move',
    input: Strict({ deviceIds: Ids, profileId: Id }),
    output: Strict({
      moved: Type.Integer(),
      /** Executions of jobs, not meant for that Profile, that no agent has taken over yet: they are cancelled. */
      withdrawn: Type.Integer(),
    }),
    touches: ({ deviceIds, profileId }) => ({ devices: deviceIds, profiles: [profileId] }),
  }),
  tag: declare({
    kind: 'command',
    summary: 'Add and remove tags of devices',
    requires: { permission: 'devices' },
    route: 'POST /devices/tag',
    input: Strict({
      deviceIds: Ids,
      add: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: 64, pattern: '^\\S+$' }), { maxItems: 100 }),
      ),
      remove: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: 64, pattern: '^\\S+$' }), { maxItems: 100 }),
      ),
    }),
    output: Strict({ changed: Type.Integer() }),
    touches: touchesDevices,
  }),
  tags: declare({
    kind: 'query',
    summary: 'List all tags in use with the number of their devices, for completion',
    requires: { permission: 'devices' },
    route: 'GET /tags',
    input: Nothing,
    output: Strict({ items: Type.Array(Strict({ tag: Type.String(), devices: Type.Integer() })) }),
  }),
  favourite: declare({
    kind: 'command',
    summary: 'Mark devices as one’s favourites, or no longer',
    requires: { permission: 'devices', level: 'view' },
    route: 'POST /devices/favourite',
    input: Strict({ deviceIds: Ids, favourite: Type.Boolean() }),
    output: Strict({ changed: Type.Integer() }),
    touches: touchesDevices,
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete devices; their agents uninstall themselves, the devices become suspended',
    requires: { permission: 'devices' },
    route: 'POST /devices/delete',
    input: Strict({ deviceIds: Ids }),
    output: Strict({ removed: Type.Integer() }),
    touches: touchesDevices,
  }),
  restore: declare({
    kind: 'command',
    summary: 'Restore suspended devices; an agent that is already gone must be enrolled again',
    requires: { permission: 'devices' },
    route: 'POST /devices/restore',
    input: Strict({ deviceIds: Ids }),
    output: Strict({ restored: Type.Integer() }),
    touches: touchesDevices,
  }),
  requestAudit: declare({
    kind: 'command',
    summary: 'Request an audit; absent devices do it when they return',
    requires: { permission: 'devices' },
    route: 'POST /devices/audit',
    input: Strict({ deviceIds: Ids }),
    output: Strict({ requested: Type.Integer() }),
    touches: touchesDevices,
  }),
};
export interface DevicesApi extends ApiOf<typeof devicesContract> {}
/** Which devices, in which order, and which page of them. */
export interface DeviceSelection extends Static<(typeof devicesContract)['list']['input']> {}

const NoteSchema = Strict({ id: Id, deviceId: Id, author: Type.String(), createdAt: Time, text: Text });
/** A note on a device. */
export interface Note extends Static<typeof NoteSchema> {}
export const NoteView = Named<Note, typeof NoteSchema>(NoteSchema);
const NoteText = Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' });

export const notesContract = {
  list: declare({
    kind: 'query',
    summary: 'List a device’s notes, newest first',
    requires: { permission: 'devices' },
    route: 'GET /devices/:deviceId/notes',
    input: Strict({ deviceId: Id }),
    output: Strict({ items: Type.Array(NoteView) }),
    touches: touchesDevice,
  }),
  add: declare({
    kind: 'command',
    summary: 'Add a note to a device',
    requires: { permission: 'devices' },
    route: 'POST /devices/:deviceId/notes',
    input: Strict({ deviceId: Id, text: NoteText }),
    output: NoteView,
    touches: touchesDevice,
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a note of a device',
    requires: { permission: 'devices' },
    route: 'DELETE /devices/:deviceId/notes/:noteId',
    input: Strict({ deviceId: Id, noteId: Id }),
    output: Nothing,
    touches: ({ deviceId, noteId }) => ({ devices: [deviceId], notes: [noteId] }),
  }),
};
export interface NotesApi extends ApiOf<typeof notesContract> {}

/** The three kinds of group (guide, chapter 5). */
export const GROUP_KINDS = ['system-devices', 'profile-devices', 'system-profiles'] as const;
const GroupSchema = Strict({
  id: Id,
  name: Name,
  kind: OneOf(GROUP_KINDS),
  /** The Profile that a `profile-devices` group lies in. */
  profileId: Nullable(Id),
  members: Type.Integer(),
});
/** A group of devices, or of Profiles. */
export interface Group extends Static<typeof GroupSchema> {}
export const GroupView = Named<Group, typeof GroupSchema>(GroupSchema);

/** The line of a file, from 1, and what it says. */
const CsvLine = { line: Type.Integer(), value: Type.String() } as const;
const GroupImportSchema = Strict({
  added: Type.Integer(),
  removed: Type.Integer(),
  /** Lines that name nothing that could be added; the first hundred. */
  unknown: Strict({ total: Type.Integer(), lines: Type.Array(Strict({ ...CsvLine, reason: Type.String() })) }),
  /** Lines that name several, of which none was added; the first hundred. */
  ambiguous: Strict({ total: Type.Integer(), lines: Type.Array(Strict({ ...CsvLine, ids: Type.Array(Id) })) }),
});
/** What became of a file with members for a group. */
export interface GroupImport extends Static<typeof GroupImportSchema> {}
const GroupImportView = Named<GroupImport, typeof GroupImportSchema>(GroupImportSchema);

export const groupsContract = {
  list: declare({
    kind: 'query',
    summary: 'List groups: the System’s, those of a Profile, or all of both',
    requires: { permission: 'groups' },
    route: 'GET /groups',
    input: Strict({
      profileId: Type.Optional(Id),
      /** Those of the System and of every Profile; `profileId` is then left out. */
      everywhere: Type.Optional(Type.Boolean()),
    }),
    output: Strict({ items: Type.Array(GroupView) }),
    touches: touchesProfile,
  }),
  create: declare({
    kind: 'command',
    summary: 'Create a group',
    requires: { permission: 'groups' },
    route: 'POST /groups',
    input: Strict({ name: Name, kind: OneOf(GROUP_KINDS), profileId: Type.Optional(Id) }),
    output: GroupView,
    touches: touchesProfile,
  }),
  rename: declare({
    kind: 'command',
    summary: 'Rename a group',
    requires: { permission: 'groups' },
    route: 'PATCH /groups/:groupId',
    input: Strict({ groupId: Id, name: Name }),
    output: GroupView,
    touches: touchesGroup,
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a group; its members stay',
    requires: { permission: 'groups' },
    route: 'DELETE /groups/:groupId',
    input: Strict({ groupId: Id }),
    output: Nothing,
    touches: touchesGroup,
  }),
  members: declare({
    kind: 'query',
    summary: 'List the ids of a group’s members: devices, or Profiles',
    requires: { permission: 'groups' },
    route: 'GET /groups/:groupId/members',
    input: Strict({ groupId: Id }),
    output: Strict({ ids: Type.Array(Id) }),
    touches: touchesGroup,
  }),
  addDevices: declare({
    kind: 'command',
    summary: 'Add devices to a group',
    requires: { permission: 'groups' },
    route: 'POST /groups/:groupId/devices',
    input: Strict({ groupId: Id, deviceIds: Ids }),
    output: GroupView,
    touches: ({ groupId, deviceIds }) => ({ groups: [groupId], devices: deviceIds }),
  }),
  removeDevices: declare({
    kind: 'command',
    summary: 'Take devices out of a group',
    requires: { permission: 'groups' },
    route: 'POST /groups/:groupId/devices/remove',
    input: Strict({ groupId: Id, deviceIds: Ids }),
    output: GroupView,
    touches: ({ groupId, deviceIds }) => ({ groups: [groupId], devices: deviceIds }),
  }),
  setProfiles: declare({
    kind: 'command',
    summary: 'Set the Profiles of a Profile group',
    requires: { permission: 'groups' },
    route: 'PUT /groups/:groupId/profiles',
    input: Strict({ groupId: Id, profileIds: Type.Array(Id, { maxItems: 10_000, uniqueItems: true }) }),
    output: GroupView,
    touches: ({ groupId, profileIds }) => ({ groups: [groupId], profiles: profileIds }),
  }),
  importCsv: declare({
    kind: 'command',
    summary: 'Add the devices, or Profiles, that a CSV file names to a group, or put them in place of its members',
    requires: { permission: 'groups' },
    route: 'POST /groups/:groupId/csv',
    input: Strict({
      groupId: Id,
      /** A column headed `id`, `hostname`, `serial number` or `mac address`; for groups of Profiles `id` or `name`. */
      csv: Type.String({ maxLength: 2 * 2 ** 20 }),
      /** Which of the columns counts, or what a file of one column without a head holds. */
      by: Type.Optional(OneOf(['id', 'hostname', 'serial', 'mac', 'name'])),
      /** `replace`: members that the file does not name are taken out. Members that one does not see stay. Default `add`. */
      mode: Type.Optional(OneOf(['add', 'replace'])),
    }),
    output: GroupImportView,
    touches: touchesGroup,
  }),
  exportCsv: declare({
    kind: 'query',
    summary: 'Download a group’s members as CSV',
    requires: { permission: 'groups', views: ['devices'] },
    route: 'GET /groups/:groupId/csv',
    input: Strict({ groupId: Id }),
    output: Strict({ filename: Type.String(), mediaType: Type.String(), text: Type.String() }),
    touches: touchesGroup,
  }),
};
export interface GroupsApi extends ApiOf<typeof groupsContract> {}
