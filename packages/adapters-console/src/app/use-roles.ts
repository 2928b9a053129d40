import { useLocation, useRouter } from '../router/router-context.js';
import { canOf, useDesk } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { type Action, useAction } from '../state/use-action.js';
import { nextPage } from './first-page.js';

interface OwnRole {
  readonly id: string;
  readonly name: string;
}

/** The roles that the user may choose from, and the way to take one on; empty when there is no choice. */
export function useRoles(): {
  readonly roles: readonly OwnRole[];
  readonly current: string | undefined;
  readonly take: Action<[OwnRole]>;
} {
  const { client, session } = useDesk();
  const router = useRouter();
  const { path } = useLocation();
  const take = useAction(async (role: OwnRole) => {
    if (!(await router.leave())) return;
    const next = await client.session.useRole({ roleId: role.id });
    const to = nextPage(path, canOf(next));
    if (to !== path) router.navigate(to);
    toast(`You work as “${role.name}” now.`);
  });
  const choice = session.user && !session.viewingAs ? session.user.roles : [];
  return { roles: choice.length > 1 ? choice : [], current: session.user?.roleId, take };
}
