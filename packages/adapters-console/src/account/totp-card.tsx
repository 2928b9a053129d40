import type { TotpSetup } from '@rmm/client';
import { useState } from 'preact/hooks';
import { CopyButton } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { TextField } from '../parts/field.js';
import { useClient } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

/** Two-factor authentication by an authenticator app. */
export function TotpCard() {
  const [open, setOpen] = useState<'enable' | 'disable' | undefined>(undefined);
  const close = () => setOpen(undefined);
  return (
    <section class="card">
      <div class="inner top row between wrap">
        <div class="grow">
          <h2 class="strong">Two-factor authentication</h2>
          <p class="muted">At sign-in, a code of an app on your phone is asked for beside the password.</p>
        </div>
        <div class="row">
          <Button onClick={() => setOpen('disable')}>Switch off</Button>
          <Button kind="primary" onClick={() => setOpen('enable')}>
            Set up
          </Button>
        </div>
      </div>
      {open === 'enable' && <EnableDialog onClose={close} />}
      {open === 'disable' && <DisableDialog onClose={close} />}
    </section>
  );
}

function EnableDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [setup, setSetup] = useState<TotpSetup | undefined>(undefined);
  const begin = useAction(async () => setSetup(await client.enableTotp(password)));
  const finish = useAction(async () => {
    await client.verifyTotp(code);
    toast('Two-factor authentication is on.');
    onClose();
  });
  return (
    <Dialog
      title="Set up two-factor authentication"
      onClose={onClose}
      onSubmit={() => void (setup ? finish.run() : begin.run())}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={begin.busy || finish.busy}>
            {setup ? 'Switch on' : 'Continue'}
          </Button>
        </>
      }
    >
      <div class="form">
        {setup ? (
          <>
            <SetupKey setup={setup} />
            <TextField
              label="Code that the app shows now"
              class="mono"
              inputMode="numeric"
              autocomplete="one-time-code"
              required
              value={code}
              onValue={setCode}
            />
          </>
        ) : (
          <TextField
            label="Your password"
            type="password"
            autocomplete="current-password"
            required
            autofocus
            value={password}
            onValue={setPassword}
          />
        )}
      </div>
    </Dialog>
  );
}

function SetupKey({ setup: { uri, backupCodes } }: { readonly setup: TotpSetup }) {
  const key = URL.canParse(uri) ? (new URL(uri).searchParams.get('secret') ?? uri) : uri;
  return (
    <>
      <div class="field">
        <span class="label">Add this key to your authenticator app</span>
        <pre class="output boxed">{key.replace(/(.{4})(?=.)/g, '$1 ')}</pre>
        <div class="row">
          <CopyButton text={key} label="Copy the key" />
          <a class="button" href={uri}>
            Open the app
          </a>
        </div>
      </div>
      {backupCodes.length > 0 && (
        <div class="field">
          <span class="label">Backup codes: each signs you in once when the app is lost</span>
          <pre class="output boxed">{backupCodes.join('\n')}</pre>
          <div class="row">
            <CopyButton text={backupCodes.join('\n')} label="Copy the codes" />
          </div>
        </div>
      )}
    </>
  );
}

function DisableDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const [password, setPassword] = useState('');
  const { run, busy } = useAction(async () => {
    await client.disableTotp(password);
    toast('Two-factor authentication is off.');
    onClose();
  });
  return (
    <Dialog
      title="Switch two-factor authentication off?"
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" busy={busy}>
            Switch off
          </Button>
        </>
      }
    >
      <div class="form">
        <p>Your password alone will be enough to sign in.</p>
        <TextField
          label="Your password"
          type="password"
          autocomplete="current-password"
          required
          autofocus
          value={password}
          onValue={setPassword}
        />
      </div>
    </Dialog>
  );
}
