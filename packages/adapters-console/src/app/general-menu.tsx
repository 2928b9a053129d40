import { Icon } from '../parts/icon.js';
import type { IconName } from '../parts/icon-paths.js';
import { Link } from '../router/link.js';
import { useLocation } from '../router/router-context.js';
import { useCan } from '../state/client-context.js';

interface Entry {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
  /** Paths that belong to it, by their first part. */
  readonly holds: readonly string[];
  /** Shown to those who may see one of these areas. */
  readonly permissions?: readonly string[];
}

const ENTRIES: readonly Entry[] = [
  {
    to: '/',
    label: 'System',
    icon: 'system',
    holds: ['', 'system', 'filters', 'policies'],
    permissions: ['system', 'devices'],
  },
  { to: '/profiles', label: 'Profiles', icon: 'profile', holds: ['profiles', 'devices'], permissions: ['profiles'] },
  { to: '/components', label: 'Components', icon: 'component', holds: ['components'], permissions: ['components'] },
  { to: '/jobs', label: 'Jobs', icon: 'job', holds: ['jobs'], permissions: ['jobs'] },
  { to: '/account', label: 'Account', icon: 'account', holds: ['account'] },
];

/** The guide's General menu: the areas that exist and that the user may see. */
export function GeneralMenu({ tall, onGo }: { readonly tall?: boolean; readonly onGo?: () => void }) {
  const { path } = useLocation();
  const can = useCan();
  const first = path.split('/')[1] ?? '';
  return (
    <nav class={`menu-general ${tall ? 'tall' : ''}`} aria-label="General menu">
      {ENTRIES.filter(({ permissions }) => !permissions || permissions.some((one) => can(one))).map(
        ({ to, label, icon, holds }) => (
          <Link key={to} to={to} current={holds.includes(first)} {...(onGo && { onClick: onGo })}>
            <Icon name={icon} />
            {label}
          </Link>
        ),
      )}
    </nav>
  );
}
