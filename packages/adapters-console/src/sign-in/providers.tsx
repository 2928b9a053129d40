import type { RmmClient } from '@rmm/client';
import type { PageSettings } from '../app/page-settings.js';
import { Button } from '../parts/button.js';
import { errorText } from '../state/error-text.js';
import { useAction } from '../state/use-action.js';

interface Props {
  readonly client: RmmClient;
  readonly providers: PageSettings['providers'];
}

/** Signing in through the organisation's own identity provider. */
export function Providers({ client, providers }: Props) {
  const { run, busy, error } = useAction(
    async (id: string) => location.assign(await client.signInWith(id, location.pathname + location.search)),
    { quiet: true },
  );
  return (
    <div class="form providers">
      {providers.map(({ id, label }) => (
        <Button key={id} class="wide" icon="external" busy={busy} onClick={() => void run(id)}>
          Continue with {label}
        </Button>
      ))}
      {error !== undefined && (
        <div class="notice bad" role="alert">
          {errorText(error)}
        </div>
      )}
    </div>
  );
}
