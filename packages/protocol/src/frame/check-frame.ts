import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { RmmError } from '../rmm-error.js';
import { AGENT_FRAMES, type AgentFrame } from './agent-frames.js';
import { SERVER_FRAMES, type ServerFrame } from './server-frames.js';

/** Longest part of a hostile frame's own words that a message repeats. */
const QUOTED = 120;

function checker<Frame>(
  table: Readonly<Record<string, { readonly schema: TSchema }>>,
): (value: unknown) => asserts value is Frame {
  const compile = (schema: TSchema) => Compile(schema);
  const compiled = new Map<string, ReturnType<typeof compile>>();
  return (value) => {
    const told = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
    const kind = typeof told === 'string' ? told : '';
    const entry = Object.hasOwn(table, kind) ? table[kind] : undefined;
    if (!entry) throw new RmmError('FRAME_MALFORMED', `Unknown kind of frame "${kind.slice(0, QUOTED)}"`);
    const validator = compiled.get(kind) ?? compile(entry.schema);
    compiled.set(kind, validator);
    if (validator.Check(value)) return;
    const first = validator.Errors(value)[1][0];
    const where = first?.instancePath ? `at ${first.instancePath.slice(0, QUOTED)} ` : '';
    throw new RmmError('FRAME_MALFORMED', `A ${kind} frame does not fit its schema: ${where}it ${first?.message}`, {
      details: { kind, path: first?.instancePath.slice(0, QUOTED) ?? '' },
    });
  };
}

/** Whether a decoded value is a frame that an agent may send. @throws RmmError `FRAME_MALFORMED`, naming the field. */
export const checkAgentFrame: (value: unknown) => asserts value is AgentFrame = checker<AgentFrame>(AGENT_FRAMES);
/** Whether a decoded value is a frame that a server may send. @throws RmmError `FRAME_MALFORMED`, naming the field. */
export const checkServerFrame: (value: unknown) => asserts value is ServerFrame = checker<ServerFrame>(SERVER_FRAMES);
