import type { Role } from '@rmm/client';
import { useRouter } from '../router/router-context.js';
import { useDesk } from '../state/client-context.js';
import { type Action, useAction } from '../state/use-action.js';

type Viewed = Pick<Role, 'id'>;

/** Looking at the System as another role sees it, and back. */
export function useViewAs(): { readonly start: Action<[Viewed]>; readonly stop: Action<[]> } {
  const { client, session } = useDesk();
  const router = useRouter();
  const start = useAction(async ({ id }: Viewed) => {
    if (!(await router.leave())) return;
    // Whoever may not see the dashboard goes on from there.
    router.navigate('/');
    client.viewAs(id);
  });
  const stop = useAction(async () => {
    const { viewingAs } = session;
    client.viewAs(null);
    router.navigate(viewingAs ? `/account/roles/${viewingAs.id}` : '/account/roles');
  });
  return { start, stop };
}
