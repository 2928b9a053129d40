import { isRmmError, type RmmClient, type RmmError, type Session } from '@rmm/client';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Bones, Failed } from '../parts/states.js';
import type { Router } from '../router/router.js';
import { RouterProvider } from '../router/router-context.js';
import { SignIn } from '../sign-in/sign-in.js';
import { DeskProvider } from '../state/client-context.js';
import { useStore } from '../state/use-store.js';
import { rememberViewing } from '../state/viewed-role.js';
import { Shell } from './shell.js';
import { useLiveConnection } from './use-live-connection.js';
import { warmUp } from './views.js';

interface Props {
  readonly client: RmmClient;
  readonly router: Router;
}

/** The whole console: asks who is signed in, and shows the sign-in or the work. */
export function App({ client, router }: Props) {
  const store = useMemo(
    () => client.query('session.get', {}, { refreshOn: ['user.changed', 'role.changed', 'system.changed'] }),
    [client],
  );
  const { data: session, error, fetching } = useStore(store);
  const signedOut = isRmmError(error, 'UNAUTHENTICATED');
  const refresh = () => void store.refresh();
  useLiveConnection(client, session !== undefined && !signedOut, refresh);
  if (signedOut) return <SignIn client={client} onSignedIn={refresh} />;
  if (!session) return <Arriving error={fetching ? undefined : error} retry={refresh} />;
  return (
    <RouterProvider value={router}>
      <SignedIn client={client} session={session} onSignedOut={refresh} />
    </RouterProvider>
  );
}

function SignedIn({ client, session, onSignedOut }: { client: RmmClient; session: Session; onSignedOut: () => void }) {
  const desk = useMemo(() => ({ client, session }), [client, session]);
  const viewed = session.viewingAs?.id ?? null;
  useEffect(() => rememberViewing(viewed), [viewed]);
  const [warm, setWarm] = useState(false);
  useEffect(() => {
    if (warm) return;
    setWarm(true);
    const later = 'requestIdleCallback' in globalThis ? requestIdleCallback : (run: () => void) => setTimeout(run, 500);
    later(() => void warmUp());
  }, [warm]);
  return (
    <DeskProvider value={desk}>
      <Shell onSignedOut={onSignedOut} />
    </DeskProvider>
  );
}

function Arriving({ error, retry }: { error: RmmError | undefined; retry: () => void }) {
  return (
    <div class="gate">
      {error ? (
        <Failed error={error} retry={retry} />
      ) : (
        <div class="gate-card">
          <Bones lines={4} />
        </div>
      )}
    </div>
  );
}
