/** One runbook: what it asks for, what it looks at, the steps it takes, and what it says to the person who starts it. */
import type {Fields} from '../domain/fields.ts';
import type {KindRef} from '../domain/object-ref.ts';
import type {Risk} from '../domain/run.ts';
import {inEnglish, type Words} from '../domain/words.ts';
import type {ParameterDefinitions, ParametersOf} from './define-parameter.ts';
import type {Invariant, Step, Target} from './define-step.ts';
import type {Reader} from './reader.ts';

export const runbookGroups = ['releases', 'modules', 'nodes', 'static', 'generic', 'postgres'] as const;
export type RunbookGroup = (typeof runbookGroups)[number];

/** A right that carrying the runbook out takes; the manifest, the pre-flight check and the access reviews are made of these. */
export type Permission = {
  readonly verbs: readonly ('get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete')[];
  /** '*' together with resource '*': the target's own, for targets of any kind. */
  readonly group: string;
  /** Plural, with its subresource: `pods/eviction`. */
  readonly resource: string;
  /** Needed only where this parameter is given; for a secret, on the Secret that it names. */
  readonly parameter?: string;
  /** Needed only where that parameter begins with this word and a colon, behind which stands `namespace/name`. */
  readonly prefix?: string;
  /** Needed only where the target is of this kind, which is one of several that the runbook takes. */
  readonly isOfTargetKind?: true;
  /** In the target's namespace or on the target itself ('target'), in one namespace, or everywhere where absent. */
  readonly scope?: 'target' | {readonly namespace: string};
  /**
   * A namespace that goes during the run while the right is still needed: bindings in it go too, so that for targets there the
   * right is asked for in all namespaces, which only a binding of the whole cluster gives.
   */
  readonly leaving?: string;
};

export type RunInput<Parameters, Facts> = {
  readonly parameters: Parameters;
  readonly target: Target;
  /** What `gather` found when the run was planned; the plan stands on it. */
  readonly facts: Facts;
};

/** What is known before anything was looked at. */
export type RunRequest<Parameters> = {readonly parameters: Parameters; readonly target: Target};

export type RunbookWords = {
  readonly title: Words;
  readonly why: Words;
  readonly will: Words;
  /** What could go wrong, and how one gets out of it. */
  readonly danger: Words;
};

/** How `parameters.target` names its object. */
export type TargetDefinition =
  | {
      readonly kind: 'object';
      readonly group: string;
      readonly plural: string;
      /** In order of preference. */
      readonly versions: readonly string[];
      readonly objectKind: string;
      readonly isNamespaced: boolean;
      /** The run makes the object: it need not be there. */
      readonly isNew?: boolean;
    }
  /** `resource.group/[namespace/]name`, of any kind that is served. */
  | {readonly kind: 'any'};

export type RunbookDefinition<Definitions extends ParameterDefinitions, Facts extends Fields> = {
  readonly name: string;
  /** A change of steps is a new version; records of older ones are held, not guessed at. */
  readonly version: number;
  readonly group: RunbookGroup;
  /** The most that the runbook can do; `riskOf` may lower it for what is asked. */
  readonly risk: Risk;
  readonly target: TargetDefinition;
  readonly parameters: Definitions;
  readonly words: RunbookWords;
  readonly permissions: readonly Permission[];
  /** What only undoing takes: asked for then, and part of the manifest. */
  readonly undoPermissions?: readonly Permission[];
  /** Where taking it back is another thing than doing it: a module that is turned off again goes with all it made. */
  readonly undoRisk?: Risk;
  /** Facts as they might be: the printed procedure is made of them. Needed only where `steps` reads into them. */
  readonly exampleFacts?: Facts;
  /**
   * Looks at the world once and says what the plan stands on (JSON values only). It is asked again before the first
   * effect: other facts are another plan. Throws Refusal where the run makes no sense.
   */
  gather(reader: Reader, request: RunRequest<ParametersOf<Definitions>>): Promise<Facts>;
  riskOf?(input: RunInput<ParametersOf<Definitions>, Facts>): Risk;
  /** Pure: the same input gives the same steps. */
  steps(input: RunInput<ParametersOf<Definitions>, Facts>): readonly Step[];
  invariants?(input: RunInput<ParametersOf<Definitions>, Facts>): readonly Invariant[];
  /** What is worth seeing before one agrees: dependants, costs. */
  notes?(input: RunInput<ParametersOf<Definitions>, Facts>): readonly Words[];
};

export type AnyInput = RunInput<Fields & {readonly target: string}, Fields>;

/** A definition as the machine handles it: its parameters and facts are JSON that has been checked. */
export type Runbook = Omit<RunbookDefinition<ParameterDefinitions, Fields>, 'gather' | 'riskOf' | 'steps' | 'invariants' | 'notes'> & {
  gather(reader: Reader, request: RunRequest<Fields & {readonly target: string}>): Promise<Fields>;
  riskOf?(input: AnyInput): Risk;
  steps(input: AnyInput): readonly Step[];
  invariants?(input: AnyInput): readonly Invariant[];
  notes?(input: AnyInput): readonly Words[];
};

/** The request makes no sense or may not be; `message` says what to do. Nothing has been done. */
export class Refusal extends Error {
  readonly reason: string;
  /** For whoever reads it at a screen; absent where the sentence is not ours. */
  readonly words: Words | undefined;
  /** The one that has to be given, or given otherwise. */
  readonly parameter: string | undefined;

  constructor(reason: string, message: string | Words, parameter?: string) {
    super(inEnglish(message));
    this.name = 'Refusal';
    this.reason = reason;
    this.words = typeof message === 'string' ? undefined : message;
    this.parameter = parameter;
  }

  /** In every language that there is. */
  get said(): string | Words {
    return this.words ?? this.message;
  }
}

/** The one place where a definition's own types end: what the machine passes in was checked against them before. */
export function defineRunbook<const Definitions extends ParameterDefinitions, Facts extends Fields>(
  definition: RunbookDefinition<Definitions, Facts>,
): Runbook {
  return definition;
}

export function kindOf(target: Extract<TargetDefinition, {kind: 'object'}>, version: string): KindRef {
  return {group: target.group, version, plural: target.plural, kind: target.objectKind, isNamespaced: target.isNamespaced};
}
