import { isRmmError, type RmmClient } from '@rmm/client';
import { useMemo } from 'preact/hooks';
import { LiveNotice } from '../app/live-notice.js';
import { useLiveConnection } from '../app/use-live-connection.js';
import { ViewOutlet } from '../app/view-outlet.js';
import { ConfirmHost } from '../parts/confirm.js';
import { Bones, Failed } from '../parts/states.js';
import { ToastList } from '../parts/toast-list.js';
import type { Router } from '../router/router.js';
import { RouterProvider } from '../router/router-context.js';
import { PasswordStep } from '../sign-in/password-step.js';
import { DeskProvider } from '../state/client-context.js';
import { useStore } from '../state/use-store.js';

interface Props {
  readonly client: RmmClient;
  readonly router: Router;
}

/** A single view in a host's page, without the console's frame. */
export function Embedded({ client, router }: Props) {
  const store = useMemo(
    () => client.query('session.get', {}, { refreshOn: ['user.changed', 'role.changed'] }),
    [client],
  );
  const { data: session, error, fetching } = useStore(store);
  const signedOut = isRmmError(error, 'UNAUTHENTICATED');
  const refresh = () => void store.refresh();
  useLiveConnection(client, session !== undefined && !signedOut, refresh);
  const desk = useMemo(() => session && { client, session }, [client, session]);
  return (
    <div class="rmm embed">
      {signedOut ? (
        <div class="content">
          <PasswordStep client={client} onStep={refresh} />
        </div>
      ) : desk ? (
        <RouterProvider value={router}>
          <DeskProvider value={desk}>
            <LiveNotice />
            <ViewOutlet />
            <ToastList />
            <ConfirmHost />
          </DeskProvider>
        </RouterProvider>
      ) : (
        <div class="content">{error && !fetching ? <Failed error={error} retry={refresh} /> : <Bones lines={4} />}</div>
      )}
    </div>
  );
}
