/** The version of the SDK; all packages share it. A test compares it with package.json. */
export const SDK_VERSION = '0.1.0';
