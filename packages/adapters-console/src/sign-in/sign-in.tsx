import type { RmmClient } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { Mark } from '../app/brand.js';
import { pageSettings } from '../app/page-settings.js';
import { PasswordStep } from './password-step.js';
import { Providers } from './providers.js';
import { TotpStep } from './totp-step.js';

interface Props {
  readonly client: RmmClient;
  readonly onSignedIn: () => void;
}

/** Who are you? E-mail and password, then the code of the authenticator app where the account asks for one. */
export function SignIn({ client, onSignedIn }: Props) {
  const [step, setStep] = useState<'password' | 'totp'>('password');
  const { title, signInUrl, providers } = pageSettings();
  useEffect(() => {
    document.title = `Sign in · ${title}`;
    if (signInUrl) location.assign(signInUrl);
  }, []);
  if (signInUrl) return <Elsewhere url={signInUrl} />;
  return (
    <main class="gate">
      <div class="gate-card">
        <div class="brand">
          <Mark />
          <span>{title}</span>
        </div>
        <div class="card">
          {step === 'password' ? (
            <>
              <PasswordStep client={client} onStep={(next) => (next === 'totp' ? setStep('totp') : onSignedIn())} />
              {providers.length > 0 && <Providers client={client} providers={providers} />}
            </>
          ) : (
            <TotpStep client={client} onDone={onSignedIn} onBack={() => setStep('password')} />
          )}
        </div>
      </div>
    </main>
  );
}

/** The host signs people in itself; the browser is on its way there. */
function Elsewhere({ url }: { readonly url: string }) {
  return (
    <main class="gate">
      <a href={url} class="link">
        Sign in
      </a>
    </main>
  );
}
