import type { Access } from '../access/access.js';
import type { Data, DataFind } from '../data/data.js';
import type { Model } from '../data/model.js';
import { hiddenWithDevices, type ThingDef } from '../plugin/thing.js';
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

const DEVICES = rowThing('devices', 'device', deviceModel, ['id'], ({ visibility }, { id }) => visibility.device(id));
const PROFILES = rowThing('profiles', 'Profile', profileModel, ['id'], ({ visibility }, { id }) =>
  visibility.profile(id),
);

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
  rowThing('groups', 'group', groupModel, ['id', 'kind', 'profileId'], ({ visibility }, row) => visibility.group(row)),
  rowThing('notes', 'note', noteModel, ['id', 'deviceId'], ({ visibility }, row) => visibility.device(row.deviceId)),
  // A token tells how many devices joined with it.
  rowThing('enrolments', 'enrolment token', enrolmentModel, ['id', 'profileId'], ({ visibility }, { profileId }) =>
    visibility.wholeProfile(profileId),
  ),
];
