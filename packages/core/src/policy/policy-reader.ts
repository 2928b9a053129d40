import type { Data } from '../data/data.js';
import type { FactService } from '../filter/fact-service.js';
import type { SystemIndex } from '../filter/system-index.js';
import type { ThingDef } from '../plugin/thing.js';
import { devicePolicyModel, policyExceptionModel, policyModel } from './policy-models.js';
import type { PolicyTypeDef } from './policy-type.js';
import type { WorldSources } from './resolve/policy-resolution.js';
import { PolicyWorld } from './resolve/policy-world.js';

/** What of a world of policies is stored. */
export type StoredPolicies = Pick<WorldSources, 'policies' | 'exceptions' | 'monitoringSuspended'>;

/** Brings policies and the index of devices together. */
export class PolicyReader {
  readonly facts: FactService;
  readonly types: readonly PolicyTypeDef[];
  /** What settings may name, by kind. */
  readonly things: ReadonlyMap<string, ThingDef>;

  constructor(facts: FactService, types: readonly PolicyTypeDef[], things: readonly ThingDef[]) {
    this.facts = facts;
    this.types = types;
    this.things = new Map(things.map((thing) => [thing.kind, thing]));
  }

  /** All that is stored of a System's policies. */
  async stored(data: Data): Promise<StoredPolicies> {
    const policies = await data.find(policyModel);
    const exceptions = await data.find(policyExceptionModel);
    const suspended = await data.find(devicePolicyModel, {
      match: { monitoringSuspended: true },
      fields: ['deviceId'],
    });
    return { policies, exceptions, monitoringSuspended: suspended.map(({ deviceId }) => deviceId) };
  }

  /**
   * The world as it is now. It must be used up before anything is awaited.
   * @param only as if there were only these devices; default all
   */
  async world(data: Data, only?: readonly string[]): Promise<PolicyWorld> {
    const stored = await this.stored(data);
    return this.worldOf(await this.facts.open(data.systemId), stored, only);
  }

  /** @param only as if there were only these devices; default all */
  worldOf(index: SystemIndex, stored: StoredPolicies, only?: readonly string[]): PolicyWorld {
    return PolicyWorld.of({
      catalogue: this.facts.catalogue,
      index,
      types: this.types,
      ...stored,
      ...(only && { only }),
    });
  }
}
