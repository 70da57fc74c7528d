/** Fields of people's own, asked for beside ours: what one may be, and what came of them. Pure. */

export type ExtraKind =
  | { readonly type: "string"; readonly maxLength: number }
  | { readonly type: "number"; readonly min: number | null; readonly max: number | null }
  | { readonly type: "boolean" }
  | { readonly type: "string[]"; readonly maxLength: number; readonly maxItems: number }
  | { readonly type: "enum"; readonly values: readonly string[] };

export interface ExtraField {
  readonly name: string;
  readonly description: string;
  /** A reply without it is none; else it is null where a reply does not have it. */
  readonly required: boolean;
  readonly kind: ExtraKind;
}

export type ExtraValue = string | number | boolean | readonly string[] | null;

/** By name, each field that was asked for. */
export type Extra = Readonly<Record<string, ExtraValue>>;
