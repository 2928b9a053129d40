import type { Profile } from '@rmm/client';
import { useState } from 'preact/hooks';
import { Check, TextField } from '../parts/field.js';
import { FormCard } from '../parts/form-card.js';
import { useClient } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

/** The HTTP proxy through which the Profile's agents reach the server. */
export function ProxyCard({ profile }: { readonly profile: Profile }) {
  const client = useClient();
  const stored = profile.proxy;
  const [on, setOn] = useState(stored !== null);
  const [host, setHost] = useState(stored?.host ?? '');
  const [port, setPort] = useState(String(stored?.port ?? 8080));
  const [username, setUsername] = useState(stored?.username ?? '');
  const [password, setPassword] = useState('');
  const { run, busy, error } = useAction(async () => {
    const proxy = on
      ? { host: host.trim(), port: Number(port), username: username.trim() || null, ...(password && { password }) }
      : null;
    await client.profiles.update({ profileId: profile.id, proxy });
    setPassword('');
    toast(on ? 'Proxy saved.' : 'The agents go without a proxy.');
  });
  return (
    <FormCard
      title="Proxy"
      lead="Where the devices of this Profile reach the internet only through an HTTP proxy."
      permission="profiles.settings"
      busy={busy}
      onSubmit={() => void run()}
    >
      <Check label="Use a proxy" checked={on} onChecked={setOn} />
      {on && (
        <>
          <div class="pair">
            <TextField
              label="Host"
              value={host}
              onValue={setHost}
              required
              placeholder="proxy.example.lan"
              problem={fieldProblems(error).proxy}
            />
            <TextField label="Port" type="number" min={1} max={65_535} value={port} onValue={setPort} required />
          </div>
          <div class="pair">
            <TextField label="User" value={username} onValue={setUsername} autocomplete="off" />
            <TextField
              label="Password"
              type="password"
              value={password}
              onValue={setPassword}
              autocomplete="new-password"
              placeholder={stored?.hasPassword ? '••••••••' : ''}
              hint={stored?.hasPassword ? 'Empty: the stored one stays' : undefined}
            />
          </div>
        </>
      )}
    </FormCard>
  );
}
