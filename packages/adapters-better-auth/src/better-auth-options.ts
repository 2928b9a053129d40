import type { AuthenticatorContext } from '@rmm/core/ports';
import type { BetterAuthOptions } from 'better-auth';
import { APIError } from 'better-auth/api';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { BetterAuthAuthenticatorOptions, OidcProvider } from './authenticator-options.js';
import { storageAdapter } from './storage/storage-adapter.js';

/** In which request headers of `@rmm/adapters-http` the believed address of the client stands. */
const CLIENT_ADDRESS_HEADER = 'x-rmm-client-address';
/** Length is what counts (NIST SP 800-63B, 5.1.1). */
export const PASSWORD_LENGTH = { min: 12, max: 128 } as const;

/**
 * What shapes Better Auth's tables. The same whatever the host chooses: storage refuses to start with fewer tables or
 * fields than it holds.
 */
export function tableOptions(): BetterAuthOptions {
  return { rateLimit: { storage: 'database' }, plugins: [twoFactor()] };
}

/** Where an instance of Better Auth answers, as browsers see it. */
export interface AuthSite {
  /** `https://rmm.example.com` */
  readonly origin: string;
  /** `/rmm/api/auth` */
  readonly basePath: string;
}

/** Better Auth set up for one site: accounts only by invitation, nothing sent anywhere, every limit in storage. */
export function betterAuthOptions(
  context: AuthenticatorContext,
  options: BetterAuthAuthenticatorOptions,
  { origin, basePath }: AuthSite,
): BetterAuthOptions {
  const { oidc = [], name = 'RMM' } = options;
  const secret = Buffer.from(context.secret).toString('base64url');
  const mount = basePath.replace(/\/api\/auth$/, '');
  return {
    appName: name,
    baseURL: origin,
    basePath,
    // Both, so that the environment of a host that uses Better Auth itself has no say.
    secret,
    secrets: [{ version: 1, value: secret }],
    database: storageAdapter(context.storage),
    telemetry: { enabled: false },
    logger: { level: 'warn', log: logTo(context) },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
    },
    session: { expiresIn: (options.sessionHours ?? 12) * 3600, disableSessionRefresh: true },
    account: {
      encryptOAuthTokens: true,
      accountLinking: { trustedProviders: oidc.filter(({ trustEmail }) => trustEmail).map(({ id }) => id) },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      customRules: { '/sign-in/*': { window: 60, max: 20 }, '/two-factor/*': { window: 60, max: 20 } },
    },
    onAPIError: { errorURL: `${origin}${mount}/` },
    databaseHooks: { session: { create: { before: refuseUnlessActive(context) } } },
    advanced: {
      cookiePrefix: 'rmm',
      useSecureCookies: origin.startsWith('https:'),
      defaultCookieAttributes: { sameSite: 'strict', httpOnly: true, path: mount || '/' },
      // The provider sends the browser back from another site, with this cookie alone.
      cookies: { state: { attributes: { sameSite: 'lax' } } },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      database: { generateId: () => context.ids.next() },
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    plugins: [
      ...(options.totp === false ? [] : [twoFactor({ issuer: name })]),
      ...(oidc.length > 0 ? [genericOAuth({ config: oidc.map(oauthConfig) })] : []),
    ],
  };
}

function oauthConfig({ id, discoveryUrl, clientId, clientSecret, scopes }: OidcProvider) {
  return {
    providerId: id,
    discoveryUrl,
    clientId,
    ...(clientSecret !== undefined && { clientSecret }),
    scopes: [...(scopes ?? ['openid', 'email', 'profile'])],
    requireIdTokenVerification: true,
    disableSignUp: true,
  };
}

/** No session for an account whose user is disabled or gone; told like a wrong password, so that nothing is learnt. */
function refuseUnlessActive(context: AuthenticatorContext) {
  return async ({ userId }: { userId: string }): Promise<void> => {
    if (await context.userOf(userId)) return;
    throw new APIError('UNAUTHORIZED', { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'Invalid email or password' });
  };
}

function logTo({ logger }: AuthenticatorContext) {
  return (level: 'debug' | 'info' | 'warn' | 'error', message: string, ...details: unknown[]) => {
    const reasons = details.map((detail) => (detail instanceof Error ? detail.message : undefined)).filter(Boolean);
    logger[level](`Sign-in: ${message}`, reasons.length > 0 ? { reasons } : undefined);
  };
}
