import { codeOf } from '../agent/agent-log.js';

export const EXIT = { fine: 0, failed: 1, usage: 2, refused: 3, folder: 4 } as const;

const BY_CODE: Readonly<Partial<Record<string, number>>> = {
  STORAGE_UNWRITABLE: EXIT.folder,
  STORAGE_LOCKED: EXIT.folder,
  AGENT_ALREADY_ENROLLED: EXIT.folder,
  AGENT_NOT_ENROLLED: EXIT.usage,
  ENROLMENT_TOKEN_INVALID: EXIT.refused,
  ENROLMENT_TOKEN_EXPIRED: EXIT.refused,
  SERVER_KEY_MISMATCH: EXIT.refused,
  SIGNATURE_INVALID: EXIT.refused,
};

/** The exit code that tells a program what kind of failure it was. */
export function exitCodeOf(error: unknown): number {
  return BY_CODE[codeOf(error) ?? ''] ?? EXIT.failed;
}
