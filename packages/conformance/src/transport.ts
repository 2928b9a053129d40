export {
  type TransportClient,
  type TransportUnderTest,
  transportConformance,
} from './transport/transport-conformance.js';
