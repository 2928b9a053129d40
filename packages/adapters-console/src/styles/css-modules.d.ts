declare module '*.css?inline' {
  /** The style sheet's text. */
  const text: string;
  // biome-ignore lint/style/noDefaultExport: so the bundler gives it
  export default text;
}
