import type { ErrorBody, ErrorCode, ServerFrameOf } from '@rmm/protocol';

const LONGEST_MESSAGE = 2000;

/** The last frame of a link; `details.retryAfterMs` of the reason tells the agent when to come back. */
export function goodbyeFrame(reason: ErrorBody): ServerFrameOf<'goodbye'> {
  const retryAfterMs = reason.details?.retryAfterMs;
  return {
    kind: 'goodbye',
    code: reason.code,
    message: reason.message.slice(0, LONGEST_MESSAGE),
    ...(typeof retryAfterMs === 'number' && retryAfterMs >= 0 && { retryAfterMs: Math.ceil(retryAfterMs) }),
  };
}

/** The WebSocket close code (RFC 6455, section 7.4, and its registry) that comes nearest to a reason. */
export function closeCodeOf(code: ErrorCode): number {
  switch (code) {
    case 'SHUTTING_DOWN':
      return 1001;
    case 'FRAME_MALFORMED':
      return 1007;
    case 'FRAME_TOO_LARGE':
      return 1009;
    case 'INTERNAL':
      return 1011;
    case 'RATE_LIMITED':
      return 1013;
    default:
      return 1008;
  }
}
