import { useState } from 'preact/hooks';
import { initials } from '../format/words.js';
import { IconButton } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { Menu } from '../parts/menu.js';
import { Link } from '../router/link.js';
import { useRouter } from '../router/router-context.js';
import { useCan, useDesk } from '../state/client-context.js';
import { setTheme, THEMES, type Theme, theme } from '../state/theme.js';
import { useAction } from '../state/use-action.js';
import { useStore } from '../state/use-store.js';
import { Mark } from './brand.js';
import { GeneralMenu } from './general-menu.js';
import { GlobalSearch } from './global-search.js';
import { pageSettings } from './page-settings.js';
import { RoleSwitcher } from './role-switcher.js';
import { useRoles } from './use-roles.js';

const THEME_LABELS: Readonly<Record<Theme, string>> = {
  auto: 'Theme as the system',
  light: 'Light theme',
  dark: 'Dark theme',
};

export function TopBar({ onSignedOut }: { readonly onSignedOut: () => void }) {
  const can = useCan();
  const [menuOpen, setMenuOpen] = useState(false);
  return (
    <header class="topbar">
      <span class="only-narrow">
        <IconButton icon="menu" label="General menu" onClick={() => setMenuOpen(true)} />
      </span>
      <Link to="/" class="brand" title="To the dashboard">
        <Mark />
        <span>{pageSettings().title}</span>
      </Link>
      <GeneralMenu />
      {can('devices') && <GlobalSearch />}
      <RoleSwitcher />
      <UserMenu onSignedOut={onSignedOut} />
      {menuOpen && (
        <Dialog title={pageSettings().title} size="sheet" onClose={() => setMenuOpen(false)}>
          <GeneralMenu tall onGo={() => setMenuOpen(false)} />
        </Dialog>
      )}
    </header>
  );
}

function UserMenu({ onSignedOut }: { readonly onSignedOut: () => void }) {
  const { client, session } = useDesk();
  const router = useRouter();
  const chosen = useStore(theme);
  // Where the host signs people in, it also signs them out.
  const ownAccounts = !pageSettings().signInUrl;
  const { roles, current, take } = useRoles();
  const signOut = useAction(async () => {
    await client.signOut();
    onSignedOut();
  });
  const name = session.user?.name ?? session.system.name;
  return (
    <Menu
      label={`${name}: account and theme`}
      face={<span class="avatar">{initials(name)}</span>}
      heading={session.user?.email ?? name}
      items={[
        { label: 'My account', icon: 'account', onPick: () => router.navigate('/account') },
        ...roles.map((role, index) => ({
          label: `Work as ${role.name}`,
          apart: index === 0,
          checked: role.id === current,
          onPick: () => role.id !== current && void take.run(role),
        })),
        ...THEMES.map((one, index) => ({
          label: THEME_LABELS[one],
          apart: index === 0,
          checked: one === chosen,
          onPick: () => setTheme(one),
        })),
        ...(ownAccounts
          ? [{ label: 'Sign out', icon: 'signOut' as const, apart: true, onPick: () => void signOut.run() }]
          : []),
      ]}
    />
  );
}
