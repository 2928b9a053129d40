import type { Device } from '@rmm/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { DeviceIcon } from '../devices/device-icon.js';
import { plural } from '../format/words.js';
import { Icon } from '../parts/icon.js';
import { step } from '../parts/move-focus.js';
import { Popover } from '../parts/popover.js';
import { useRouter } from '../router/router-context.js';
import { useQuery } from '../state/client-context.js';
import { useDebounced } from '../state/use-debounced.js';

const SHOWN = 7;

/** Finds devices from anywhere: Ctrl+K leads here, Enter opens the first or the chosen one. */
export function GlobalSearch() {
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const leave = () => {
    setOpen(false);
    setText('');
    input.current?.blur();
  };
  return (
    <div ref={box} class="search find">
      <Icon name="search" class="small" />
      <input
        ref={input}
        class="input"
        type="search"
        data-search-everywhere
        aria-label="Find devices"
        placeholder="Find devices"
        autocomplete="off"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onKeyDown={(event) => event.key === 'Escape' && leave()}
      />
      {!text && (
        <span class="kbd" aria-hidden="true">
          {/Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘K' : 'Ctrl K'}
        </span>
      )}
      {open && text.trim() && (
        <Popover anchor={box} matchWidth onClose={() => setOpen(false)} label="Devices found">
          <Hits text={text.trim()} input={input} onLeave={leave} />
        </Popover>
      )}
    </div>
  );
}

interface HitsProps {
  readonly text: string;
  readonly input: { readonly current: HTMLInputElement | null };
  readonly onLeave: () => void;
}

function Hits({ text, input, onLeave }: HitsProps) {
  const router = useRouter();
  const search = useDebounced(text, 120);
  const { data } = useQuery('devices.list', { search, limit: SHOWN });
  const [at, setAt] = useState(0);
  const items = data?.items ?? [];
  const all = { path: `/system/devices?q=${encodeURIComponent(text)}`, more: (data?.total ?? 0) > items.length };
  const go = (to: string) => {
    onLeave();
    router.navigate(to);
  };
  useKeys(input.current, (event) => {
    const next = step(event.key, at, items.length);
    if (next !== undefined && items.length > 0) {
      event.preventDefault();
      setAt(next);
    } else if (event.key === 'Enter') {
      const device = items[Math.min(at, items.length - 1)];
      go(device && search === text ? `/devices/${device.id}` : all.path);
    }
  });
  if (!data) return <div class="note">Searching …</div>;
  if (items.length === 0) return <div class="note">No device matches “{text}”.</div>;
  return (
    <div role="listbox" aria-label="Devices found">
      {items.map((device, index) => (
        <Hit key={device.id} device={device} chosen={index === at} onPick={() => go(`/devices/${device.id}`)} />
      ))}
      {all.more && (
        <button type="button" class="item link" onClick={() => go(all.path)}>
          All {plural(data.total, 'device')}
        </button>
      )}
    </div>
  );
}

function Hit({ device, chosen, onPick }: { device: Device; chosen: boolean; onPick: () => void }) {
  return (
    <button type="button" class="item" role="option" aria-selected={chosen} tabIndex={-1} onClick={onPick}>
      <DeviceIcon device={device} />
      <span class="cut">{device.hostname}</span>
      <span class="tally cut">{device.profileName}</span>
    </button>
  );
}

/** Hears the keys of a field that another component draws. */
function useKeys(field: HTMLElement | null, onKey: (event: KeyboardEvent) => void): void {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const heard = (event: KeyboardEvent) => latest.current(event);
    field?.addEventListener('keydown', heard);
    return () => field?.removeEventListener('keydown', heard);
  }, [field]);
}
