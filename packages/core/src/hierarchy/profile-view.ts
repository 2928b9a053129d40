import type { Static } from 'typebox';
import type { ProfileRow } from './hierarchy-models.js';
import { isoTime } from './iso-time.js';
import type { ProfileView } from './profile-contract.js';

export interface DeviceCounts {
  readonly total: number;
  readonly online: number;
}

export function profileView(row: ProfileRow, devices: DeviceCounts): Static<typeof ProfileView> {
  const { id, name, description, customFieldLabels, mailRecipients, powerRatingWatts, proxy } = row;
  return {
    id,
    name,
    description,
    createdAt: isoTime(row.createdAt),
    customFieldLabels: [...customFieldLabels],
    mailRecipients: [...mailRecipients],
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
