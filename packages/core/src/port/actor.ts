/**
 * On whose behalf an operation runs. In process the host makes actors itself and vouches for them; over HTTP they come
 * from the Authenticator, from agents out of the identity proved on the wire.
 */
export type Actor = UserActor | HostActor | AgentActor;

/** A person, or an API token of a person, with the rights of that user's role in force. */
export interface UserActor {
  readonly kind: 'user';
  readonly systemId: string;
  readonly userId: string;
  /**
   * The id of a role as which the user, who must be an account administrator, looks at the System: what it shows and allows
   * holds then, and every command is refused.
   */
  readonly viewAs?: string;
}

/**
 * The embedding program itself. Without `systemId` it may only run the operations that manage Systems; with one it has
 * accountadmin rights there. `name` is what the activity log shows.
 */
export interface HostActor {
  readonly kind: 'host';
  readonly systemId?: string;
  readonly name: string;
}

/** An enrolled agent; it may only run the operations made for agents, and only on its own device. */
export interface AgentActor {
  readonly kind: 'agent';
  readonly systemId: string;
  readonly deviceId: string;
}
