import { useEffect, useState } from 'preact/hooks';
import { Combo } from '../parts/combo.js';
import { useClient, useQuery } from '../state/client-context.js';
import { useDebounced } from '../state/use-debounced.js';

interface Props {
  readonly label: string;
  readonly value: string | undefined;
  readonly onValue: (deviceId: string | undefined) => void;
  readonly id?: string;
  readonly small?: boolean;
  /** Offered above the devices: no device in particular. */
  readonly none?: string;
}

const SHOWN = 50;
const NONE = '';

/** Chooses one of the devices, found by name, address and whatever else the search knows. */
export function DeviceCombo({ label, value, onValue, none, ...rest }: Props) {
  const [text, setText] = useState('');
  const search = useDebounced(text.trim(), 150);
  const { data, error, old } = useQuery('devices.list', { limit: SHOWN, ...(search && { search }) });
  const name = useDeviceName(value);
  return (
    <Combo
      {...rest}
      label={label}
      value={value ?? (none === undefined ? undefined : NONE)}
      placeholder="Choose a device"
      shown={name}
      onText={setText}
      loading={!error && (!data || old || search !== text.trim())}
      options={[
        ...(none !== undefined && text === '' ? [{ value: NONE, label: none }] : []),
        ...(data?.items ?? []).map(({ id, hostname, profileName }) => ({
          value: id,
          label: hostname,
          tally: profileName,
        })),
      ]}
      onValue={(chosen) => {
        setText('');
        onValue(chosen || undefined);
      }}
    />
  );
}

/** The name of a device that may not be among those found. */
export function useDeviceName(deviceId: string | undefined): string | undefined {
  const client = useClient();
  const [known, setKnown] = useState<{ readonly id: string; readonly name: string } | undefined>(undefined);
  useEffect(() => {
    if (deviceId === undefined) return undefined;
    let current = true;
    client.devices.get({ deviceId }).then(
      ({ hostname }) => current && setKnown({ id: deviceId, name: hostname }),
      () => current && setKnown({ id: deviceId, name: 'a device that is gone' }),
    );
    return () => {
      current = false;
    };
  }, [client, deviceId]);
  return known?.id === deviceId ? known?.name : undefined;
}
