import type { Device } from '@rmm/client';
import { Icon } from '../parts/icon.js';
import { useClient, useLocked } from '../state/client-context.js';
import { useAction } from '../state/use-action.js';

interface Props {
  readonly device: Pick<Device, 'id' | 'hostname' | 'favourite'>;
  /** Told at once, and again with the old value should the server refuse. */
  readonly onChange: (id: string, favourite: boolean) => void;
}

export function FavouriteStar({ device: { id, hostname, favourite }, onChange }: Props) {
  const client = useClient();
  const locked = useLocked();
  const { run } = useAction(async () => {
    onChange(id, !favourite);
    try {
      await client.devices.favourite({ deviceIds: [id], favourite: !favourite });
      client.invalidate('filters.list');
    } catch (error) {
      onChange(id, favourite);
      throw error;
    }
  });
  return (
    <button
      type="button"
      class="star"
      tabIndex={-1}
      aria-pressed={favourite}
      aria-label={`Favourite: ${hostname}`}
      disabled={locked !== undefined}
      title={locked ?? (favourite ? 'Remove from favourites' : 'Add to favourites')}
      onClick={() => void run()}
    >
      <Icon name="star" />
    </button>
  );
}
