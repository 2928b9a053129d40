export { pinOf } from './pin-of.js';
export { type TlsIdentity, tlsIdentity } from './tls-identity.js';
export type {
  AttachedOptions,
  OwnServerOptions,
  TlsKeyPair,
  WebsocketTransportOptions,
} from './transport-options.js';
export { type TransportStats, type WebsocketTransport, websocketTransport } from './websocket-transport.js';
