import type { Language } from '@rmm/client';

interface LanguageText {
  readonly label: string;
  /** How a script in it begins. */
  readonly example: string;
}

const TEXTS: Readonly<Record<Language, LanguageText>> = {
  bash: { label: 'Bash', example: 'uname -a' },
  shell: { label: 'Shell (POSIX)', example: 'uname -a' },
  powershell: { label: 'PowerShell', example: 'Get-ComputerInfo | Select-Object OsName, OsVersion' },
  python: { label: 'Python', example: 'import platform\nprint(platform.platform())' },
  javascript: { label: 'JavaScript (Node.js)', example: "import os from 'node:os';\nconsole.log(os.version());" },
  batch: { label: 'Batch', example: 'ver' },
  vbscript: { label: 'VBScript', example: 'WScript.Echo Now' },
  jscript: { label: 'JScript', example: 'WScript.Echo(new Date());' },
  ruby: { label: 'Ruby', example: 'puts RUBY_PLATFORM' },
  groovy: { label: 'Groovy', example: "println System.getProperty('os.name')" },
};

export const LANGUAGE_CHOICES = Object.entries(TEXTS).map(([value, { label }]) => ({
  value: value as Language,
  label,
}));
export const languageLabel = (language: Language) => TEXTS[language].label;
export const languageExample = (language: Language) => TEXTS[language].example;

export function isLanguage(value: string): value is Language {
  return Object.hasOwn(TEXTS, value);
}
