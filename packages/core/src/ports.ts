/** The ports of `@rmm/core`: what storage, transport and sign-in adapters implement. */

export type {
  FeatureContract,
  OperationContract,
  OperationKind,
  PermissionLevel,
  Requirement,
  Touches,
} from './operation/contract.js';
export type { Actor, AgentActor, HostActor, UserActor } from './port/actor.js';
export type { AgentEndpoint, AgentLink, AgentLinkHandler, AgentTransport } from './port/agent-transport.js';
export type { Authenticated, Authenticator, AuthenticatorContext, NewAccount } from './port/authenticator.js';
export { type Clock, systemClock } from './port/clock.js';
export type { Ids } from './port/ids.js';
export { type Logger, silentLogger } from './port/logger.js';
export type { OperationHost } from './port/operation-host.js';
export type { SecretBox } from './port/secret-box.js';
export type { Signer } from './port/signer.js';
export type {
  BlobStore,
  Comparison,
  FieldDef,
  FieldType,
  FindOptions,
  ModelDef,
  Order,
  Row,
  Scalar,
  Storage,
  StorageOps,
  Where,
} from './storage/storage.js';
