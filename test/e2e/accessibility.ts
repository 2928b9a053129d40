import type { Page } from 'playwright-core';

interface AxNode {
  readonly ignored: boolean;
  readonly role?: { readonly value?: unknown };
  readonly name?: { readonly value?: unknown };
  readonly backendDOMNodeId?: number;
}

const NAMED = new Set([
  'button',
  'link',
  'textbox',
  'searchbox',
  'checkbox',
  'radio',
  'combobox',
  'listbox',
  'dialog',
  'menuitem',
  'img',
  'table',
]);

/** Controls and images that a screen reader cannot name, as the browser's own accessibility tree has them. */
export async function namelessControls(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: AxNode[] };
    const nameless = nodes.filter(
      ({ ignored, role, name }) =>
        !ignored && NAMED.has(String(role?.value)) && String(name?.value ?? '').trim() === '',
    );
    return await Promise.all(
      nameless.map(async ({ backendDOMNodeId, role }) => {
        if (backendDOMNodeId === undefined) return String(role?.value);
        const { outerHTML } = (await session.send('DOM.getOuterHTML', { backendNodeId: backendDOMNodeId })) as {
          outerHTML: string;
        };
        return outerHTML.slice(0, 200);
      }),
    );
  } finally {
    await session.detach();
  }
}

/** Texts whose colour stands out too little from what is behind it (WCAG 2.2, 1.4.3: 4.5, large text 3). */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return ['no canvas'];
    // Paints colours over each other, as the page does, and reads what comes out.
    const paint = (colours: string[]): number[] => {
      context.clearRect(0, 0, 1, 1);
      for (const colour of colours) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
      }
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (rgb: number[]) => {
      const [r = 0, g = 0, b = 0] = rgb.map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element: Element): string[] => {
      const colours: string[] = [];
      for (let at: Element | null = element; at; at = at.parentElement) {
        colours.unshift(getComputedStyle(at).backgroundColor);
      }
      return ['white', ...colours];
    };
    const faint = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (!element || text === '' || !element.checkVisibility({ opacityProperty: true })) continue;
      if (element.closest('[aria-disabled=true], :disabled, .only-read, .fetching, noscript')) continue;
      const style = getComputedStyle(element);
      const background = behind(element);
      const [back, ink] = [luminance(paint(background)), luminance(paint([...background, style.color]))];
      const contrast = (Math.max(back, ink) + 0.05) / (Math.min(back, ink) + 0.05);
      const size = Number.parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (contrast < (large ? 3 : 4.5))
        faint.add(`${contrast.toFixed(2)} “${text.slice(0, 40)}” .${element.className}`);
    }
    return [...faint];
  });
}

/** Parts of the page that hold more than they are wide. Lists of things may be scrolled sideways; nothing else should. */
export function tooWideParts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = document.querySelectorAll<HTMLElement>(
      'html, .topbar, .level, .strip, .foot, .content, .card, .inner, .row',
    );
    const wide = [...parts].filter((part) => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1);
    return wide.map((part) => `${part.tagName} .${part.className} by ${part.scrollWidth - part.clientWidth} px`);
  });
}
