import type { Data } from '../data/data.js';
import { foldText } from '../filter/fold-text.js';
import type { OperationContext } from '../operation/operation.js';
import { type DeviceRow, deviceModel } from './device-model.js';
import { type GroupRow, profileModel } from './hierarchy-models.js';
import type { MemberKey, NamedMember } from './read-member-csv.js';

/** What a file names: members, and lines that name nobody or several. */
export interface FoundMembers {
  readonly ids: ReadonlySet<string>;
  readonly unknown: readonly (NamedMember & { readonly reason: string })[];
  readonly ambiguous: readonly (NamedMember & { readonly ids: readonly string[] })[];
}

/** Something that can be a member: by the values that name it. */
interface Candidate {
  readonly id: string;
  readonly names: readonly string[];
  /** Why it cannot be a member of this group. */
  readonly hindrance?: string;
}

type Context = Pick<OperationContext, 'data' | 'access'>;
type Group = Pick<GroupRow, 'kind' | 'profileId'>;

const PAGE = 1000;
/** Devices that one line could mean, told at most. */
const MOST_TOLD = 10;

/** Finds what the lines name, among what the actor sees. */
export async function findMembers(
  context: Context,
  group: Group,
  key: MemberKey,
  members: readonly NamedMember[],
): Promise<FoundMembers> {
  const wanted = new Set(members.flatMap(({ value }) => namesIn(key, value)));
  const byName = new Map<string, Candidate[]>();
  const candidates = group.kind === 'system-profiles' ? profiles(context, key) : devices(context, group, key);
  for await (const candidate of candidates) {
    for (const name of new Set(candidate.names)) {
      if (!wanted.has(name)) continue;
      const others = byName.get(name);
      if (others) others.push(candidate);
      else byName.set(name, [candidate]);
    }
  }
  return sorted(key, members, byName);
}

function sorted(
  key: MemberKey,
  members: readonly NamedMember[],
  byName: ReadonlyMap<string, readonly Candidate[]>,
): FoundMembers {
  const ids = new Set<string>();
  const unknown: (NamedMember & { reason: string })[] = [];
  const ambiguous: (NamedMember & { ids: string[] })[] = [];
  for (const member of members) {
    const named = new Map(
      namesIn(key, member.value)
        .flatMap((name) => byName.get(name) ?? [])
        .map((one) => [one.id, one]),
    );
    const fitting = [...named.values()].filter(({ hindrance }) => hindrance === undefined);
    const [only, ...others] = fitting;
    if (only && others.length === 0) ids.add(only.id);
    else if (only) ambiguous.push({ ...member, ids: fitting.slice(0, MOST_TOLD).map(({ id }) => id) });
    else unknown.push({ ...member, reason: [...named.values()][0]?.hindrance ?? 'Nothing that you see is called so' });
  }
  return { ids, unknown, ambiguous };
}

/** The forms in which a value is compared; a cell may hold several addresses. */
function namesIn(key: MemberKey, value: string): readonly string[] {
  if (key === 'id') return [value];
  if (key !== 'mac') return [foldText(value.normalize('NFC').trim())];
  return value
    .split(/[;,\s]+/)
    .map((address) => address.toLowerCase().replaceAll(/[^0-9a-f]/g, ''))
    .filter((digits) => digits.length === 12);
}

async function* devices({ data, access }: Context, group: Group, key: MemberKey): AsyncGenerator<Candidate> {
  for await (const row of pages(data)) {
    if (!access.visibility.device(row.id)) continue;
    const names = valuesOf(row, key).flatMap((value) => namesIn(key, value));
    const hindrance = hindranceOf(row, group);
    yield { id: row.id, names, ...(hindrance !== undefined && { hindrance }) };
  }
}

function valuesOf({ id, hostname, summary }: DeviceRow, key: MemberKey): readonly string[] {
  switch (key) {
    case 'id':
      return [id];
    case 'serial':
      return summary.serial === undefined ? [] : [summary.serial];
    case 'mac':
      return summary.macAddresses ?? [];
    default:
      return [hostname];
  }
}

function hindranceOf({ state, profileId }: DeviceRow, group: Group): string | undefined {
  if (state === 'suspended') return 'The device is suspended';
  if (group.kind === 'profile-devices' && profileId !== group.profileId) return 'The device is in another Profile';
  return undefined;
}

async function* pages(data: Data): AsyncGenerator<DeviceRow> {
  let after: { id: string } | undefined;
  do {
    const fields = ['id', 'hostname', 'summary', 'state', 'profileId'] as const;
    const rows = await data.find(deviceModel, {
      fields,
      order: [{ field: 'id' }],
      limit: PAGE,
      ...(after && { after }),
    });
    yield* rows;
    after = rows.length < PAGE ? undefined : rows.at(-1);
  } while (after);
}

async function* profiles({ data, access }: Context, key: MemberKey): AsyncGenerator<Candidate> {
  for (const { id, name } of await data.find(profileModel, { fields: ['id', 'name'] })) {
    if (access.visibility.profile(id)) yield { id, names: namesIn(key, key === 'id' ? id : name) };
  }
}
