import type { ComponentChildren } from 'preact';
import { FiltersPanel } from '../filters/filters-panel.js';
import { Level, type Tab, useIsBare } from '../parts/level.js';
import { useCan, useDesk } from '../state/client-context.js';

interface Props {
  readonly children: ComponentChildren;
  /** With the filters and groups at the left. */
  readonly panel?: boolean;
  readonly actions?: ComponentChildren;
}

/** The System: all devices, of all Profiles. */
export function SystemLevel({ children, panel, actions }: Props) {
  const { session } = useDesk();
  const can = useCan();
  const bare = useIsBare();
  const tabs: Tab[] = [
    ...(can('system') ? [{ to: '/', label: 'Dashboard' }] : []),
    ...(can('devices')
      ? [
          { to: '/system/devices', label: 'Devices' },
          { to: '/system/suspended', label: 'Suspended devices' },
        ]
      : []),
    ...(can('policies') ? [{ to: '/system/policies', label: 'Policies' }] : []),
    ...(can('system.settings') ? [{ to: '/system/settings', label: 'Settings' }] : []),
  ];
  return (
    <Level title={session.system.name} name={session.system.name} tabs={tabs} actions={actions}>
      {panel && !bare && can('filters') && <FiltersPanel />}
      {children}
    </Level>
  );
}
