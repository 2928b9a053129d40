export {
  AUDIT_SECTION_NAMES,
  AUDIT_SECTIONS,
  type Audit,
  type AuditSectionName,
  HardwareSection,
  NetworkSection,
  SecuritySection,
  SoftwareSection,
  SystemSection,
  VolumesSection,
} from './audit/audit-sections.js';
export { canonicalJson } from './canonical-json.js';
export {
  ApplyPolicy,
  CancelJob,
  Command,
  CommandBody,
  LANGUAGES,
  Language,
  PolicyHash,
  RunAudit,
  RunJob,
  SignedCommand,
  Uninstall,
} from './command/command.js';
export { type EnrolmentToken, formatEnrolmentToken, parseEnrolmentToken } from './enrolment-token.js';
export { ERROR_CODES, type ErrorCode } from './error-codes.js';
export { AGENT_FRAMES, type AgentFrame, type AgentFrameKind, type AgentFrameOf } from './frame/agent-frames.js';
export { checkAgentFrame, checkServerFrame } from './frame/check-frame.js';
export { SERVER_FRAMES, type ServerFrame, type ServerFrameKind, type ServerFrameOf } from './frame/server-frames.js';
export { LIMITS } from './limits.js';
export { negotiateVersion, PROTOCOL, type VersionRange } from './protocol-version.js';
export { type ErrorBody, type InputIssue, isRmmError, RmmError } from './rmm-error.js';
export { signingBytes } from './signing-bytes.js';
