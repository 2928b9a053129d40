import type { PolicyEnforcer, PolicySettings } from './policy-enforcer.js';

const AUDITS = 'disableAudits';
const JOBS = 'disableIncomingJobs';

/** What the policies of the type `agent` let this agent do (guide, chapter 8). */
export class AgentSettings implements PolicyEnforcer {
  readonly type = 'agent';
  #settings: PolicySettings = {};

  apply(settings: PolicySettings | undefined): void {
    this.#settings = settings ?? {};
  }

  get forbidsAudits(): boolean {
    return this.#settings[AUDITS] === true;
  }

  get forbidsJobs(): boolean {
    return this.#settings[JOBS] === true;
  }
}
