import { pageSettings } from '../app/page-settings.js';
import { Facts, Segmented } from '../parts/bits.js';
import { Content } from '../parts/level.js';
import { useDesk } from '../state/client-context.js';
import { setTheme, THEMES, theme } from '../state/theme.js';
import { useStore } from '../state/use-store.js';
import { AccountLevel } from './account-level.js';
import { PasswordCard } from './password-card.js';
import { TotpCard } from './totp-card.js';

const THEME_LABELS = { auto: 'As the system', light: 'Light', dark: 'Dark' } as const;

/** One's own account. */
export function MeView() {
  const { session } = useDesk();
  const chosen = useStore(theme);
  const { user } = session;
  const ownAccount = !pageSettings().signInUrl && !session.viewingAs;
  return (
    <AccountLevel>
      <Content narrow>
        <div class="stack wide">
          <section class="card">
            <div class="inner top">
              <Facts
                facts={[
                  { name: 'Name', value: user?.name },
                  { name: 'E-mail', value: user?.email },
                  {
                    name: session.viewingAs ? 'Looking as role' : 'Role',
                    value: session.viewingAs?.name ?? user?.roleName,
                  },
                  ...(user && user.roles.length > 1
                    ? [{ name: 'All your roles', value: user.roles.map(({ name }) => name).join(', ') }]
                    : []),
                  { name: 'Security level', value: user && `${user.securityLevel} of 5` },
                  { name: 'System', value: session.system.name },
                  {
                    name: 'Theme',
                    value: (
                      <Segmented
                        size="small"
                        label="Theme"
                        value={chosen}
                        onValue={setTheme}
                        choices={THEMES.map((value) => ({ value, label: THEME_LABELS[value] }))}
                      />
                    ),
                  },
                ]}
              />
            </div>
          </section>
          {user && ownAccount && <PasswordCard />}
          {user && ownAccount && <TotpCard />}
          <KeysCard />
        </div>
      </Content>
    </AccountLevel>
  );
}

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['Ctrl K', 'Find devices'],
  ['/', 'Search what is shown'],
  ['g s', 'System'],
  ['g d', 'Devices'],
  ['g p', 'Profiles'],
  ['g c', 'Components'],
  ['g j', 'Jobs'],
  ['↑ ↓', 'Walk through a list'],
  ['Enter', 'Open'],
  ['Space', 'Select'],
  ['Shift ↑ ↓', 'Extend the selection'],
  ['Esc', 'Close, or drop the selection'],
];

function KeysCard() {
  return (
    <section class="card">
      <header>
        <h2>Keyboard</h2>
      </header>
      <div class="inner">
        <Facts
          facts={KEYS.map(([keys, what]) => ({
            name: what,
            value: keys.split(' ').map((key) => (
              <span key={key} class="kbd">
                {key}
              </span>
            )),
          }))}
        />
      </div>
    </section>
  );
}
