/** The JSON Schemas that we publish, as checks of real output: what is wrong, in words, or null. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const folder = resolve(import.meta.dir, "../../docs/schemas");

export const readSchema = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(resolve(folder, `${name}.schema.json`), "utf8"));

export function schemaCheck(name: string): (value: unknown) => string | null {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  addFormats["default"](ajv);
  const validate = ajv.compile(readSchema(name));
  return (value) => (validate(value) ? null : `${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`);
}
