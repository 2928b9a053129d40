import mittImport from 'mitt';

// mitt's declarations describe a CommonJS module, so that under NodeNext its default export looks like a namespace.
export const createEmitter = mittImport as unknown as typeof mittImport.default;
