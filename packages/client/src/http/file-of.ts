/** What operations that make files return. */
export interface FileOutput {
  readonly filename: string;
  readonly mediaType: string;
  readonly text: string;
}

/** The file that an answer carries (`GET /devices.csv`); undefined for answers in JSON. */
export function fileOf(response: Response, text: string): FileOutput | undefined {
  const disposition = response.headers.get('content-disposition');
  if (!disposition?.startsWith('attachment')) return undefined;
  const exact = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="([^"]*)"/i.exec(disposition)?.[1];
  const [mediaType = 'application/octet-stream'] = (response.headers.get('content-type') ?? '').split(';');
  return { filename: exact ? decodeURIComponent(exact) : (plain ?? 'download'), mediaType, text };
}
