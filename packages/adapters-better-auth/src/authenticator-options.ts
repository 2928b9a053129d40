/** An identity provider that speaks OpenID Connect. */
export interface OidcProvider {
  /** Names it in addresses: `/api/auth/callback/ID` is the redirect address to register with the provider. */
  readonly id: string;
  /** `https://id.example.com/.well-known/openid-configuration` */
  readonly discoveryUrl: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Default `openid`, `email`, `profile`. */
  readonly scopes?: readonly string[];
  /**
   * Believe the provider’s e-mail addresses even where it does not say that it verified them (Microsoft Entra does not).
   * Only for providers in which nobody can choose an address for himself. Default false.
   */
  readonly trustEmail?: boolean;
}

export interface BetterAuthAuthenticatorOptions {
  /**
   * The origin under which browsers see this server, `https://rmm.example.com`. When absent it is taken from each
   * request; needed for `oidc`, and recommended wherever the server is reachable under more than one name.
   */
  readonly baseUrl?: string;
  /** What authenticator apps show. Default `RMM`. */
  readonly name?: string;
  /** How long a sign-in lasts, hours. Default 12. */
  readonly sessionHours?: number;
  /** Lets users protect their account with an authenticator app. Default true. */
  readonly totp?: boolean;
  /** Providers through which users that already exist here may sign in as well. They are matched by e-mail. */
  readonly oidc?: readonly OidcProvider[];
}
