import { isRmmError, type RmmClient } from '@rmm/client';
import { useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Check, TextField } from '../parts/field.js';
import { errorText } from '../state/error-text.js';
import { useAction } from '../state/use-action.js';

interface Props {
  readonly client: RmmClient;
  readonly onDone: () => void;
  readonly onBack: () => void;
}

export function TotpStep({ client, onDone, onBack }: Props) {
  const [code, setCode] = useState('');
  const [trustDevice, setTrustDevice] = useState(false);
  const { run, busy, error } = useAction(
    async () => {
      await client.verifyTotp(code, { trustDevice });
      onDone();
    },
    { quiet: true },
  );
  const wrong = isRmmError(error, 'UNAUTHENTICATED') || isRmmError(error, 'INVALID_INPUT');
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <h1 class="strong">Two-factor authentication</h1>
      <TextField
        label="Code of your authenticator app"
        hint="Six digits. Lost the app? A backup code works here too."
        problem={
          error === undefined
            ? undefined
            : wrong
              ? 'This code is not valid. Wait for the next one and try again.'
              : errorText(error)
        }
        autocomplete="one-time-code"
        class="mono"
        required
        autofocus
        value={code}
        onValue={setCode}
      />
      <Check label="Trust this browser for 30 days" checked={trustDevice} onChecked={setTrustDevice} />
      <Button type="submit" kind="primary" class="wide" busy={busy}>
        Continue
      </Button>
      <Button kind="ghost" class="wide" onClick={onBack}>
        Back
      </Button>
    </form>
  );
}
