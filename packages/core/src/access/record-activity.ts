import type { Data } from '../data/data.js';
import { maskSecrets } from '../operation/mask-secrets.js';
import type { Operation } from '../operation/operation.js';
import type { Actor } from '../port/actor.js';
import { type ActivityRow, activityDeviceModel, activityModel, featureOf } from './activity-models.js';
import type { NamedThings } from './named-things.js';

/** Entries keep at most this much of an input; longer texts are cut. */
const RECORDED_TEXT = 500;
const RECORDED_ITEMS = 100;

/** A call that is to be in the activity log. */
export interface RecordedCall {
  readonly actor: Actor;
  readonly operation: Operation;
  readonly input: unknown;
  readonly outcome: ActivityRow['outcome'];
  /** The devices that the input named. */
  readonly deviceIds: readonly string[];
  readonly named: NamedThings;
  /** Epoch milliseconds; the present where it is not given. */
  readonly at?: number;
}

/** Who called: {@link RecordedCall} and what only the server knows. */
type Circumstances = Pick<ActivityRow, 'id' | 'at' | 'actorName' | 'roleName'>;

/** Writes an entry, as yet unsealed: a chain that every command writes on would let only one command run at a time. */
export async function recordActivity(data: Data, call: RecordedCall, circumstances: Circumstances): Promise<void> {
  const { actor, operation, input, outcome } = call;
  const deviceIds = [...new Set(call.deviceIds)];
  await data.insert(activityModel, {
    ...circumstances,
    actorKind: actor.kind,
    actorId: actor.kind === 'user' ? actor.userId : actor.kind === 'agent' ? actor.deviceId : null,
    operation: operation.name,
    feature: featureOf(operation.name),
    summary: operation.contract.summary,
    outcome,
    deviceIds: deviceIds.slice(0, RECORDED_ITEMS),
    // What was refused was not validated either: nothing of it is kept.
    input: outcome === 'refused' ? {} : shorten(maskSecrets(operation.contract.input, input)),
    named: call.named,
    sequence: null,
    hash: null,
  });
  const { id: entryId, at } = circumstances;
  await data.insertAll(
    activityDeviceModel,
    deviceIds.map((deviceId) => ({ deviceId, at, entryId })),
  );
}

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return value.length > RECORDED_TEXT ? `${value.slice(0, RECORDED_TEXT)}…` : value;
  if (Array.isArray(value)) {
    const kept = value.slice(0, RECORDED_ITEMS).map(shorten);
    return value.length > RECORDED_ITEMS ? [...kept, `… ${value.length - RECORDED_ITEMS} more`] : kept;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const kept = entries.slice(0, RECORDED_ITEMS).map(([key, item]) => [shorten(key), shorten(item)]);
  if (entries.length > RECORDED_ITEMS) kept.push(['…', `${entries.length - RECORDED_ITEMS} more`]);
  return Object.fromEntries(kept);
}
