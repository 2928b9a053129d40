export * from './storage.js';
export * from './transport.js';
