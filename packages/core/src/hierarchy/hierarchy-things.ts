import type { Access } from '../access/access.js';
import type { Data, DataFind } from '../data/data.js';
import type { Model } from '../data/model.js';
import { hiddenWithDevices, type ThingDef, type ThingNames } from '../plugin/thing.js';
import { deviceModel } from './device-model.js';
import { enrolmentModel, groupModel, noteModel, profileModel } from './hierarchy-models.js';

/** A kind of thing whose rows tell by themselves who sees them; all of them, who sees every device. */
export function rowThing<R extends { id: string }>(
  kind: string,
  label: string,
  model: Model<R>,
  fields: readonly (keyof R & string)[],
  shows: (access: Access, row: R) => boolean,
): ThingDef {
  return {
    kind,
    label,
    hides: hiddenWithDevices,
    visible: async (data: Data, access, ids) => {
      const options: DataFind<{ id: string }> = { match: { id: ids } };
      const rows = await data.find(model, { ...(options as DataFind<R>), fields });
      return rows.filter((row) => shows(access, row)).map(({ id }) => id);
    },
  };
}

/** {@link ThingDef.names} that stand in the things’ rows. */
export function rowNames<R extends { id: string }>(
  permission: string,
  model: Model<R>,
  field: keyof R & string,
): ThingNames {
  return {
    permission,
    of: async (data, ids) => {
      const options: DataFind<{ id: string }> = { match: { id: ids } };
      const rows = await data.find(model, { ...(options as DataFind<R>), fields: ['id', field] });
      return new Map(rows.map((row) => [row.id, String(row[field])]));
    },
  };
}

const DEVICES: ThingDef = {
  ...rowThing('devices', 'device', deviceModel, ['id'], ({ visibility }, { id }) => visibility.device(id)),
  names: rowNames('devices', deviceModel, 'hostname'),
};
const PROFILES: ThingDef = {
  ...rowThing('profiles', 'Profile', profileModel, ['id'], ({ visibility }, { id }) => visibility.profile(id)),
  names: rowNames('profiles', profileModel, 'name'),
};

/** Devices, Profiles and what hangs on them, as requests name them. */
export const HIERARCHY_THINGS: readonly ThingDef[] = [
  DEVICES,
  PROFILES,
  {
    // Of a group that may be of either kind.
    kind: 'members',
    label: 'device or Profile',
    hides: hiddenWithDevices,
    visible: async (data, access, ids) => [
      ...(await DEVICES.visible(data, access, ids)),
      ...(await PROFILES.visible(data, access, ids)),
    ],
  },
  {
    ...rowThing('groups', 'group', groupModel, ['id', 'kind', 'profileId'], ({ visibility }, row) =>
      visibility.group(row),
    ),
    names: rowNames('groups', groupModel, 'name'),
  },
  rowThing('notes', 'note', noteModel, ['id', 'deviceId'], ({ visibility }, row) => visibility.device(row.deviceId)),
  // A token tells how many devices joined with it.
  rowThing('enrolments', 'enrolment token', enrolmentModel, ['id', 'profileId'], ({ visibility }, { profileId }) =>
    visibility.wholeProfile(profileId),
  ),
];
