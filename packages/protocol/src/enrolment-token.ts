import { RmmError } from './rmm-error.js';

/**
 * What a technician hands to a new agent: where the server is, how to know it, and the right to join one Profile.
 * It is one line of text, `rmm1.` and base64url JSON with one-letter keys.
 */
export interface EnrolmentToken {
  /** `wss://` addresses of the server, tried in order. */
  readonly urls: readonly string[];
  /** SHA-256 of the server's TLS public key (SPKI), base64url; absent when the public web's authorities vouch for it. */
  readonly pin?: string;
  /** The System's Ed25519 public key, base64url: the only key whose commands the agent will obey. */
  readonly systemKey: string;
  /** Names the token's row on the server. */
  readonly id: string;
  /** The secret part. */
  readonly secret: string;
}

const PREFIX = 'rmm1.';
/** Longer texts are not tokens; spares decoding what was pasted by mistake. */
const MAX_LENGTH = 16 * 1024;

export function formatEnrolmentToken(token: EnrolmentToken): string {
  const compact = {
    u: token.urls,
    ...(token.pin && { p: token.pin }),
    k: token.systemKey,
    i: token.id,
    s: token.secret,
  };
  return PREFIX + Buffer.from(JSON.stringify(compact)).toString('base64url');
}

/** @throws RmmError `ENROLMENT_TOKEN_INVALID` */
export function parseEnrolmentToken(text: string): EnrolmentToken {
  const invalid = () =>
    new RmmError(
      'ENROLMENT_TOKEN_INVALID',
      'The enrolment token is malformed: copy it whole from the Profile’s page in the console, it begins with "rmm1."',
    );
  const trimmed = text.trim();
  if (!trimmed.startsWith(PREFIX) || trimmed.length > MAX_LENGTH) throw invalid();
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(trimmed.slice(PREFIX.length), 'base64url').toString('utf8'));
  } catch {
    throw invalid();
  }
  if (typeof raw !== 'object' || raw === null) throw invalid();
  const { u, p, k, i, s } = raw as Record<string, unknown>;
  const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;
  const isAddress = (value: unknown): value is string => isText(value) && /^wss?:\/\/[^\s]+$/.test(value);
  if (!Array.isArray(u) || u.length === 0 || !u.every(isAddress)) throw invalid();
  if (!isText(k) || !isText(i) || !isText(s) || !(p === undefined || isText(p))) throw invalid();
  return { urls: u, ...(p !== undefined && { pin: p }), systemKey: k, id: i, secret: s };
}
