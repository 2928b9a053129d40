/** Settings of one type of policies, by field. */
export type PolicySettings = Readonly<Record<string, unknown>>;

/** Has a device obey one type of policies. */
export interface PolicyEnforcer {
  /** As the server names it: `windows-update`. */
  readonly type: string;
  /**
   * Puts the settings that hold from now on into effect; undefined: none do. Called at the start of the agent and at each
   * change, also with what is in effect already, so it must be idempotent. Settings that it does not know it ignores. When
   * it throws, or takes longer than half a minute, the server is told that the type is not acted on. Never called again
   * before the last call has ended.
   */
  apply(settings: PolicySettings | undefined): void | Promise<void>;
}
