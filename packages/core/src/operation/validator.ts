import { type InputIssue, RmmError } from '@rmm/protocol';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import type { TSchema } from 'typebox';

// ajv-formats is CommonJS: under native ESM its function is one level down.
const addFormats = ajvFormats.default;

/** Checks values against schemas, each compiled at its first use, and fills in the schemas' defaults. */
export class Validator {
  readonly #ajv: Ajv;
  readonly #compiled = new WeakMap<TSchema, ValidateFunction>();

  constructor() {
    this.#ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true, useDefaults: true, discriminator: false });
    this.#ajv.addKeyword({ keyword: 'secret', schemaType: 'boolean' });
    addFormats(this.#ajv);
  }

  /** Returns a checked copy. @throws RmmError `INVALID_INPUT` naming each offending field. */
  check(schema: TSchema, value: unknown, what: string): unknown {
    const validate = this.#validate(schema);
    const copy: unknown = structuredClone(value);
    if (validate(copy)) return copy;
    const issues = (validate.errors ?? []).filter((error) => error.keyword !== 'anyOf').map(toIssue);
    throw new RmmError('INVALID_INPUT', `${what}: ${issues.map(describe).join('; ')}`, { details: { issues } });
  }

  /** The first few reasons why the value does not fit, or none. */
  issues(schema: TSchema, value: unknown): readonly InputIssue[] {
    const validate = this.#validate(schema);
    return validate(value) ? [] : (validate.errors ?? []).map(toIssue);
  }

  #validate(schema: TSchema): ValidateFunction {
    let validate = this.#compiled.get(schema);
    if (!validate) {
      validate = this.#ajv.compile(schema);
      this.#compiled.set(schema, validate);
    }
    return validate;
  }
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
