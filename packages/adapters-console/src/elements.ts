import { ELEMENT_VIEWS } from './elements/element-paths.js';
import { viewElement } from './elements/view-element.js';

// Served beside the console; it does its work by being loaded: `<script type="module" src="/elements.js"></script>`.
for (const [name, view] of Object.entries(ELEMENT_VIEWS)) {
  if (!customElements.get(name)) customElements.define(name, viewElement(view));
}
