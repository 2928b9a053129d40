import type { Component, ComponentVariable, Language } from '@rmm/client';

/** A variable in the form; everything is text until it is saved. */
export interface VariableDraft {
  readonly key: string;
  readonly name: string;
  readonly type: ComponentVariable['type'];
  readonly description: string;
  readonly required: boolean;
  readonly default: string;
  /** One a line. */
  readonly choices: string;
}

/** A component in the form. */
export interface ComponentDraft {
  readonly name: string;
  readonly kind: Component['kind'];
  readonly category: string;
  readonly description: string;
  readonly language: Language;
  readonly script: string;
  readonly securityLevel: string;
  readonly timeoutMinutes: string;
  readonly variables: readonly VariableDraft[];
}

let lastKey = 0;

export function newVariable(from?: ComponentVariable): VariableDraft {
  return {
    key: `v${++lastKey}`,
    name: from?.name ?? '',
    type: from?.type ?? 'string',
    description: from?.description ?? '',
    required: from?.required ?? false,
    default: from?.default ?? '',
    choices: (from?.choices ?? []).join('\n'),
  };
}

export function draftOf(component: Component | undefined): ComponentDraft {
  return {
    name: component?.name ?? '',
    kind: component?.kind ?? 'script',
    category: component?.category ?? '',
    description: component?.description ?? '',
    language: component?.language ?? 'bash',
    script: component?.script ?? '',
    securityLevel: String(component?.securityLevel ?? 1),
    timeoutMinutes: String((component?.timeoutMs ?? 3_600_000) / 60_000),
    variables: (component?.variables ?? []).map(newVariable),
  };
}

/** The draft as the API takes it. */
export function inputOf(draft: ComponentDraft) {
  return {
    name: draft.name.trim(),
    category: draft.category.trim(),
    description: draft.description.trim(),
    language: draft.language,
    script: draft.script,
    securityLevel: Number(draft.securityLevel),
    timeoutMs: Math.max(1000, Math.round(Number(draft.timeoutMinutes) * 60_000)),
    variables: draft.variables.map(variableInput),
  };
}

function variableInput(draft: VariableDraft): ComponentVariable {
  const choices = draft.choices
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return {
    name: draft.name.trim(),
    type: draft.type,
    ...(draft.description.trim() && { description: draft.description.trim() }),
    ...(draft.required && { required: true }),
    ...(draft.default !== '' && draft.type !== 'secret' && { default: draft.default }),
    ...(draft.type === 'choice' && choices.length > 0 && { choices }),
  };
}
