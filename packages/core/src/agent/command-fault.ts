import type { ErrorCode } from '@rmm/protocol';

/** Why a command ended without being carried out, or without anybody knowing. */
export interface CommandFault {
  readonly code: ErrorCode;
  readonly message: string;
}
