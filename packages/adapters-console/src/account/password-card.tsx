import { isRmmError } from '@rmm/client';
import { useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { TextField } from '../parts/field.js';
import { useClient } from '../state/client-context.js';
import { errorText } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

const MIN_LENGTH = 12;

/** Changes one's own password, where this server keeps the accounts. */
export function PasswordCard() {
  const client = useClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const { run, busy, error } = useAction(
    async () => {
      await client.changePassword(current, next);
      setCurrent('');
      setNext('');
      setAgain('');
      toast('Your password was changed. Your other sessions have ended.');
    },
    { quiet: true },
  );
  // A host that keeps the accounts itself has no such route.
  if (isRmmError(error, 'UNKNOWN_OPERATION') || isRmmError(error, 'NOT_FOUND')) {
    return <p class="muted">Passwords are changed where you sign in; this server does not keep them.</p>;
  }
  const differs = again !== '' && again !== next;
  return (
    <section class="card">
      <form
        class="inner top form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!differs) void run();
        }}
      >
        <h2 class="strong">Change password</h2>
        <TextField
          label="Current password"
          type="password"
          autocomplete="current-password"
          required
          value={current}
          onValue={setCurrent}
        />
        <div class="pair">
          <TextField
            label="New password"
            type="password"
            autocomplete="new-password"
            required
            value={next}
            onValue={setNext}
            hint={`At least ${MIN_LENGTH} characters`}
            problem={
              next !== '' && next.length < MIN_LENGTH ? `${MIN_LENGTH - next.length} more characters` : undefined
            }
          />
          <TextField
            label="New password again"
            type="password"
            autocomplete="new-password"
            required
            value={again}
            onValue={setAgain}
            problem={differs ? 'The two do not match.' : undefined}
          />
        </div>
        {error !== undefined && (
          <div class="notice bad" role="alert">
            {isRmmError(error, 'INVALID_INPUT') ? 'The current password is not right.' : errorText(error)}
          </div>
        )}
        <div class="row end">
          <Button type="submit" kind="primary" busy={busy} disabled={differs || next.length < MIN_LENGTH}>
            Change password
          </Button>
        </div>
      </form>
    </section>
  );
}
