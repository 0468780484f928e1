/** The parameters of a runbook: their types, their words, and the choices that a cluster offers for them. */
import type {Fields} from '../domain/fields.ts';
import type {Words} from '../domain/words.ts';
import type {Reader} from './reader.ts';

type Common = {
  /** What to give, in a few words; stands beside the field. */
  readonly words: Words;
  readonly isRequired?: boolean;
  /** Where it is not required of every target: of which it is, as "needed for …". */
  readonly neededFor?: Words;
  /** Live choices from the cluster; a value that is none of them is refused where `isClosed`. */
  readonly choices?: (reader: Reader, given: Fields) => Promise<readonly string[]>;
  readonly isClosed?: boolean;
};

/** A secret is named (`namespace/name/key`) or typed at the dashboard into a masked field; its value is never a parameter. */
export type ParameterDefinition = Common &
  (
    | {readonly type: 'string'; readonly pattern?: RegExp; readonly lengthMax?: number; readonly default?: string}
    | {readonly type: 'integer'; readonly min?: number; readonly max?: number; readonly default?: number}
    | {readonly type: 'boolean'; readonly default?: boolean}
    | {readonly type: 'fields'}
    | {readonly type: 'list'}
    | {readonly type: 'secret'}
  );

export type ParameterDefinitions = Readonly<Record<string, ParameterDefinition>>;

type TypeOf<Definition extends ParameterDefinition> = Definition extends {readonly type: 'integer'}
  ? number
  : Definition extends {readonly type: 'boolean'}
    ? boolean
    : Definition extends {readonly type: 'fields'}
      ? Fields
      : Definition extends {readonly type: 'list'}
        ? readonly unknown[]
        : string;

type IsGiven<Definition> = Definition extends {readonly isRequired: true} | {readonly default: string | number | boolean} ? true : false;

/** What `steps` and `gather` see: required parameters and those with a default are always there. */
export type ParametersOf<Definitions extends ParameterDefinitions> = {
  readonly [Name in keyof Definitions]: IsGiven<Definitions[Name]> extends true
    ? TypeOf<Definitions[Name]>
    : TypeOf<Definitions[Name]> | undefined;
} & {readonly target: string};
