import type { RmmClient } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { brandName, Mark } from '../app/brand.js';
import { PasswordStep } from './password-step.js';
import { TotpStep } from './totp-step.js';

interface Props {
  readonly client: RmmClient;
  readonly onSignedIn: () => void;
}

/** Who are you? E-mail and password, then the code of the authenticator app where the account asks for one. */
export function SignIn({ client, onSignedIn }: Props) {
  const [step, setStep] = useState<'password' | 'totp'>('password');
  useEffect(() => {
    document.title = `Sign in · ${brandName()}`;
  }, []);
  return (
    <main class="gate">
      <div class="gate-card">
        <div class="brand">
          <Mark />
          <span>{brandName()}</span>
        </div>
        <div class="card">
          {step === 'password' ? (
            <PasswordStep client={client} onStep={(next) => (next === 'totp' ? setStep('totp') : onSignedIn())} />
          ) : (
            <TotpStep client={client} onDone={onSignedIn} onBack={() => setStep('password')} />
          )}
        </div>
      </div>
    </main>
  );
}
