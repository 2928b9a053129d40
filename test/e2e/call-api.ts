import type { Page } from 'playwright-core';

/** Calls the API as the page's own code does, with its session. @throws Error with the server's answer */
export async function callApi<T>(page: Page, method: string, path: string, body?: object): Promise<T> {
  return (await page.evaluate(
    async ([verb, address, json]) => {
      const { token } = (await (await fetch('/api/v1/csrf')).json()) as { token: string };
      const headers = { 'content-type': 'application/json', 'x-rmm-csrf': token };
      const response = await fetch(`/api/v1${address}`, { method: verb, headers, ...(json && { body: json }) });
      if (!response.ok) throw new Error(`${verb} ${address}: ${await response.text()}`);
      return response.json();
    },
    [method, path, body ? JSON.stringify(body) : ''] as const,
  )) as T;
}
