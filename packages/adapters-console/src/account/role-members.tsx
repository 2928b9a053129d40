import type { Role, User } from '@rmm/client';
import { useState } from 'preact/hooks';
import { initials, plural } from '../format/words.js';
import { Badge } from '../parts/bits.js';
import { Loaded } from '../parts/loaded.js';
import { Empty } from '../parts/states.js';
import { useQuery } from '../state/client-context.js';
import { RoleSection, type SectionProps } from './role-section.js';

/** From so many users on, the list can be narrowed. */
const MANY = 8;

interface Props extends SectionProps {
  readonly role: Role;
}

/** Which users have the role (guide, chapter 14, *Membership*). */
export function RoleMembers({ role, draft, onChange, disabled }: Props) {
  const users = useQuery('users.list', {}, ['user.changed', 'role.changed']);
  const [text, setText] = useState('');
  const members = new Set(draft.memberIds);
  const toggle = (id: string) =>
    onChange({ memberIds: members.has(id) ? draft.memberIds.filter((one) => one !== id) : [...draft.memberIds, id] });
  return (
    <RoleSection
      id="members"
      title="Membership"
      lead="Users with several roles choose the one in force at the head of the console."
      aside={<Badge>{plural(draft.memberIds.length, 'user')}</Badge>}
    >
      <Loaded answer={users}>
        {({ items }) => {
          const words = text.trim().toLowerCase();
          const shown = items
            .filter(({ id }) => !disabled || members.has(id))
            .filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(words));
          return (
            <div class="stack">
              {items.length > MANY && (
                <input
                  class="input"
                  type="search"
                  aria-label="Find users"
                  placeholder="Find users"
                  value={text}
                  onInput={(event) => setText(event.currentTarget.value)}
                />
              )}
              <div class="member-grid">
                {shown.map((user) => (
                  <Member
                    key={user.id}
                    user={user}
                    has={members.has(user.id)}
                    only={user.roles.length === 1 && user.roles[0]?.id === role.id}
                    disabled={disabled}
                    onToggle={() => toggle(user.id)}
                  />
                ))}
              </div>
              {shown.length === 0 && (
                <Empty icon="account" title={words ? 'No user fits' : 'No users'} compact>
                  {words ? 'Try other words.' : 'Nobody has this role.'}
                </Empty>
              )}
            </div>
          );
        }}
      </Loaded>
    </RoleSection>
  );
}

interface MemberProps {
  readonly user: User;
  readonly has: boolean;
  /** Nobody can be without a role. */
  readonly only: boolean;
  readonly disabled: boolean;
  readonly onToggle: () => void;
}

function Member({ user: { name, email, disabled: off }, has, only, disabled, onToggle }: MemberProps) {
  return (
    <label class="check member" {...(only && { title: 'Their only role; give them another one first.' })}>
      <input type="checkbox" checked={has} disabled={disabled || only} onChange={onToggle} />
      <span class="avatar" aria-hidden="true">
        {initials(name)}
      </span>
      <span class="grow">
        <span class="cut block">{name}</span>
        <span class="hint muted cut">{email}</span>
      </span>
      {only && <Badge>only role</Badge>}
      {off && <Badge tone="warn">disabled</Badge>}
    </label>
  );
}
