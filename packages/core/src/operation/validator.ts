import { type InputIssue, RmmError } from '@rmm/protocol';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import type { TSchema } from 'typebox';
import { UNIQUE_ITEMS } from './unique-items.js';
import { unstorableTexts } from './unstorable-text.js';

// ajv-formats is CommonJS: under native ESM its function is one level down.
const addFormats = ajvFormats.default;

const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true, useDefaults: true, discriminator: false });
ajv.addKeyword({ keyword: 'secret', schemaType: 'boolean' });
ajv.addKeyword({ keyword: 'digest', schemaType: 'boolean' });
ajv.removeKeyword('uniqueItems');
ajv.addKeyword(UNIQUE_ITEMS);
addFormats(ajv);
/** Compiling takes milliseconds; servers in one process share what one of them has compiled. */
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** Checks values against schemas, each compiled at its first use, and fills in the schemas' defaults. */
export class Validator {
  /** Returns a checked copy. @throws RmmError `INVALID_INPUT` naming each offending field. */
  check(schema: TSchema, value: unknown, what: string): unknown {
    const validate = this.#validate(schema);
    const copy = copyOf(value, what);
    if (validate(copy)) return copy;
    const issues = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'anyOf').map(toIssue);
    throw invalid(what, issues.length > 0 ? issues : [{ path: '', message: 'fits none of the possible forms' }]);
  }

  /** The same for what people and programs send, whose texts must also be fit to be stored. */
  checkInput(schema: TSchema, value: unknown, what: string): unknown {
    const checked = this.check(schema, value, what);
    const issues = unstorableTexts(checked);
    if (issues.length > 0) throw invalid(what, issues);
    return checked;
  }

  /** The first few reasons why the value does not fit, or none. */
  issues(schema: TSchema, value: unknown): readonly InputIssue[] {
    const validate = this.#validate(schema);
    return validate(value) ? [] : (validate.errors ?? []).map(toIssue);
  }

  #validate(schema: TSchema): ValidateFunction {
    let validate = compiled.get(schema);
    if (!validate) {
      validate = ajv.compile(schema);
      compiled.set(schema, validate);
    }
    return validate;
  }
}

/** Longest list of faults that one message names; the details hold up to {@link MOST_ISSUES}. */
const MOST_NAMED = 5;
const MOST_ISSUES = 100;

function invalid(what: string, issues: readonly InputIssue[]): RmmError {
  const named = issues.slice(0, MOST_NAMED).map(describe).join('; ');
  const more = issues.length > MOST_NAMED ? `; and ${issues.length - MOST_NAMED} more` : '';
  return new RmmError('INVALID_INPUT', `${what}: ${named}${more}`, {
    details: { issues: issues.slice(0, MOST_ISSUES) },
  });
}

/** Deeper inputs, and those that hold themselves, would exhaust the stack of whoever walks them. */
const MOST_DEPTH = 64;

/** Handlers must not see what the caller still holds. */
function copyOf(value: unknown, what: string): unknown {
  const unfit = unfitness(value, MOST_DEPTH);
  if (unfit !== undefined) throw invalid(what, [{ path: '', message: unfit }]);
  return structuredClone(value);
}

/** Why something is no data that JSON can hold. */
function unfitness(value: unknown, levels: number): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return NOT_PLAIN;
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return `must not be nested more than ${MOST_DEPTH} deep`;
  if (!Array.isArray(value) && !isPlain(value)) return NOT_PLAIN;
  for (const item of Object.values(value)) {
    const unfit = unfitness(item, levels - 1);
    if (unfit !== undefined) return unfit;
  }
  return undefined;
}

const NOT_PLAIN = 'must be plain data, as JSON can hold';

/** Also of another realm, as in a host that runs its code in a sandbox. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(issue: InputIssue): string {
  return `${issue.path === '' ? 'the input' : issue.path.slice(1).replaceAll('/', '.')} ${issue.message}`;
}

function toIssue(error: ErrorObject): InputIssue {
  const at = (field: string) => `${error.instancePath}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  switch (error.keyword) {
    case 'required':
      return { path: at(String(error.params.missingProperty)), message: 'is missing' };
    case 'additionalProperties':
      return { path: at(String(error.params.additionalProperty)), message: 'is not known here; remove it' };
    case 'enum':
      return { path: error.instancePath, message: `must be one of ${error.params.allowedValues.join(', ')}` };
    case 'const':
      return { path: error.instancePath, message: `must be ${JSON.stringify(error.params.allowedValue)}` };
    default:
      return { path: error.instancePath, message: error.message ?? 'is invalid' };
  }
}
