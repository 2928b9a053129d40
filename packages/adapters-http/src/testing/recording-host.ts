import type { Authenticated, Authenticator, Clock, OperationContract, OperationHost } from '@rmm/core/ports';

/** A call that reached the door. */
export interface RecordedCall {
  readonly actor: unknown;
  readonly name: string;
  readonly input: unknown;
}

export interface RecordingHost extends OperationHost {
  readonly calls: RecordedCall[];
  readonly logged: { message: string; meta: unknown }[];
  /** What operations answer; by default their own name. */
  answer: (call: RecordedCall, signal: AbortSignal | undefined) => unknown;
  authenticator: Authenticator | undefined;
}

const ANN = { kind: 'user', systemId: 'sys1', userId: 'ann' } as const;

/** Knows two credentials: `Authorization: Bearer good`, and the cookie `sid=s1`. */
export function testAuthenticator(): Authenticator {
  return {
    id: 'test',
    async authenticate(request): Promise<Authenticated | undefined> {
      if (request.headers.get('authorization') === 'Bearer good') return { actor: ANN, via: 'token' };
      const [, sessionId] = /(?:^|; )sid=(s\d)/.exec(request.headers.get('cookie') ?? '') ?? [];
      return sessionId ? { actor: ANN, via: 'cookie', sessionId } : undefined;
    },
  };
}

/** A door that notes who wants what: what this package must get right ends there. */
export function recordingHost(operations: ReadonlyMap<string, OperationContract>, clock: Clock): RecordingHost {
  const calls: RecordedCall[] = [];
  const logged: RecordingHost['logged'] = [];
  const log = (message: string, meta?: unknown) => void logged.push({ message, meta });
  const host: RecordingHost = {
    operations,
    calls,
    logged,
    clock,
    answer: ({ name }) => ({ name }),
    authenticator: testAuthenticator(),
    logger: { debug: log, info: log, warn: log, error: log },
    secret: (purpose) => new TextEncoder().encode(purpose.padEnd(32, '.')),
    async call(actor, name, input, options) {
      const call = { actor, name, input };
      calls.push(call);
      return host.answer(call, options?.signal);
    },
  };
  return host;
}

/** A clock that only moves when told. */
export function manualClock(): Clock & { advance(ms: number): void } {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers]) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.run();
      }
    },
  };
}
