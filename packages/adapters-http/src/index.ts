export { CLIENT_ADDRESS_HEADER } from './auth-routes.js';
export { CSRF_HEADER } from './guard/browser-guard.js';
export type { Peer } from './guard/place.js';
export { type ConsoleSite, type HttpHandler, type HttpOptions, httpHandler } from './http-handler.js';
export { nodeListener } from './node-listener.js';
