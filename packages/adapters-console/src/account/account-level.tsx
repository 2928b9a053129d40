import type { ComponentChildren } from 'preact';
import { Level } from '../parts/level.js';
import { useCan } from '../state/client-context.js';

interface Props {
  readonly children: ComponentChildren;
  readonly actions?: ComponentChildren;
}

/** Users, roles, the activity log, and one's own account. */
export function AccountLevel({ children, actions }: Props) {
  const can = useCan();
  const tabs = [
    { to: '/account', label: 'My account' },
    ...(can('accountadmin')
      ? [
          { to: '/account/users', label: 'Users' },
          { to: '/account/roles', label: 'Roles' },
          { to: '/account/explain', label: 'Explain access' },
        ]
      : []),
    ...(can('account.activity') ? [{ to: '/account/activity', label: 'Activity log' }] : []),
  ];
  return (
    <Level title="Account" name="Account" tabs={tabs} actions={actions}>
      {children}
    </Level>
  );
}
