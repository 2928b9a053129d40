import { RmmError } from '@rmm/protocol';
import type { HttpCaller } from './http/http-caller.js';

/** How a sign-in went on: done, or a code of the authenticator app is asked for. */
export type SignInStep = 'signed-in' | 'totp';

/** What a user needs to set up an authenticator app. */
export interface TotpSetup {
  /** For the app, as a QR code or text: `otpauth://totp/…`. */
  readonly uri: string;
  /** Each signs in once when the app is lost; shown only now. */
  readonly backupCodes: readonly string[];
}

/** Signing in and out with the server's own accounts (`@rmm/adapters-better-auth`); a host with its own has its own ways. */
export interface ClientAuth {
  /** @throws RmmError `UNAUTHENTICATED` for wrong credentials, `RATE_LIMITED` with `details.retryAfterMs`. */
  signIn(email: string, password: string): Promise<SignInStep>;
  /**
   * Begins a sign-in through an identity provider that the server is set up with.
   * @param returnTo - path of this site to come back to
   * @returns the address at the provider to send the browser to
   */
  signInWith(provider: string, returnTo: string): Promise<string>;
  /** The second step of {@link signIn}: the app's code, or a backup code. */
  verifyTotp(code: string, options?: { readonly trustDevice?: boolean }): Promise<void>;
  signOut(): Promise<void>;
  /** Changes one's own password and ends one's other sessions. */
  changePassword(current: string, next: string): Promise<void>;
  /** Begins to set up an authenticator app; {@link verifyTotp} with its first code completes it. */
  enableTotp(password: string): Promise<TotpSetup>;
  disableTotp(password: string): Promise<void>;
}

/** @param changed - called after another session is in force */
export function createAuth(http: HttpCaller, changed: () => void): ClientAuth {
  const renewed = () => {
    http.forgetSession();
    changed();
  };
  return {
    async signIn(email, password) {
      const answer = (await http.auth('/sign-in/email', { email, password })) as { twoFactorRedirect?: unknown };
      if (answer.twoFactorRedirect === true) return 'totp';
      renewed();
      return 'signed-in';
    },
    async signInWith(provider, callbackURL) {
      const { url } = (await http.auth('/sign-in/social', { provider, callbackURL })) as { url?: unknown };
      if (typeof url === 'string') return url;
      throw new RmmError('INTERNAL', `The server named no address for signing in with ${provider}.`);
    },
    async verifyTotp(code, { trustDevice = false } = {}) {
      const digits = code.replace(/\s/g, '');
      const isTotp = /^\d{6}$/.test(digits);
      await http.auth(isTotp ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code', {
        code: isTotp ? digits : code.trim(),
        trustDevice,
      });
      renewed();
    },
    async signOut() {
      await http.auth('/sign-out', {});
      renewed();
    },
    async changePassword(currentPassword, newPassword) {
      await http.auth('/change-password', { currentPassword, newPassword, revokeOtherSessions: true });
      renewed();
    },
    async enableTotp(password) {
      const answer = (await http.auth('/two-factor/enable', { password })) as {
        totpURI?: unknown;
        backupCodes?: unknown;
      };
      const codes = Array.isArray(answer.backupCodes) ? answer.backupCodes.map(String) : [];
      return { uri: String(answer.totpURI ?? ''), backupCodes: codes };
    },
    async disableTotp(password) {
      await http.auth('/two-factor/disable', { password });
      renewed();
    },
  };
}
