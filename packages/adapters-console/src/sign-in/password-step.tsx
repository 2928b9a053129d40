import { isRmmError, type RmmClient, type SignInStep } from '@rmm/client';
import { useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { TextField } from '../parts/field.js';
import { errorText } from '../state/error-text.js';
import { useAction } from '../state/use-action.js';

interface Props {
  readonly client: RmmClient;
  readonly onStep: (step: SignInStep) => void;
}

export function PasswordStep({ client, onStep }: Props) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { run, busy, error } = useAction(async () => onStep(await client.signIn(email.trim(), password)), {
    quiet: true,
  });
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <h1 class="only-read">Sign in</h1>
      <TextField
        label="E-mail"
        type="email"
        autocomplete="username"
        required
        autofocus
        value={email}
        onValue={setEmail}
      />
      <TextField
        label="Password"
        type="password"
        autocomplete="current-password"
        required
        value={password}
        onValue={setPassword}
      />
      {error !== undefined && (
        <div class="notice bad" role="alert">
          {signInProblem(error)}
        </div>
      )}
      <Button type="submit" kind="primary" class="wide" busy={busy}>
        {busy ? 'Signing in …' : 'Sign in'}
      </Button>
    </form>
  );
}

function signInProblem(error: unknown): string {
  if (isRmmError(error, 'UNAUTHENTICATED')) return 'E-mail and password do not match. Check both and try again.';
  return errorText(error);
}
