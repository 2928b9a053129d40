import type { Static } from 'typebox';
import type { Access } from '../access/access.js';
import type { ProfileRow } from './hierarchy-models.js';
import { isoTime } from './iso-time.js';
import type { ProfileView } from './profile-contract.js';

export interface DeviceCounts {
  readonly total: number;
  readonly online: number;
}

export function profileView({ level }: Access, row: ProfileRow, devices: DeviceCounts): Static<typeof ProfileView> {
  const { id, name, description, customFieldLabels, mailRecipients, powerRatingWatts, proxy } = row;
  return {
    id,
    name,
    description,
    createdAt: isoTime(row.createdAt),
    customFieldLabels: [...customFieldLabels],
    mailRecipients: level('profiles.settings') === 'disabled' ? null : [...mailRecipients],
    powerRatingWatts,
    proxy: proxy && {
      host: proxy.host,
      port: proxy.port,
      username: proxy.username,
      hasPassword: proxy.sealedPassword !== null,
    },
    devices: { ...devices },
  };
}
