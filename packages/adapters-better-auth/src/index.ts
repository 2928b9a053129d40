export type { BetterAuthAuthenticatorOptions, OidcProvider } from './authenticator-options.js';
export { betterAuthAuthenticator } from './better-auth-authenticator.js';
