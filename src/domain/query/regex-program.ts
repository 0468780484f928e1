/** Compiles a regular expression's tree into the instructions of a non-deterministic automaton. */
import type {Assertion, CharacterSet, RegexNode} from './regex-syntax.ts';

export type Instruction =
  | {readonly kind: 'set'; readonly set: CharacterSet; readonly next: number}
  | {readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number}
  | {readonly kind: 'split'; readonly targets: number[]}
  | {readonly kind: 'match'};

export type RegexProgram = {readonly instructions: readonly Instruction[]; readonly start: number};

/** How many instructions `compileProgram` will need at most; repeats multiply. */
export function programSize(node: RegexNode): number {
  switch (node.kind) {
    case 'set':
    case 'assertion':
      return 1;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + programSize(part), 0);
    case 'choice':
      return node.options.reduce((sum, option) => sum + programSize(option), 1);
    case 'repeat':
      return node.max === undefined ? (programSize(node.part) + 1) * (node.min + 1) : (programSize(node.part) + 1) * node.max;
  }
}

export function compileProgram(node: RegexNode): RegexProgram {
  const instructions: Instruction[] = [{kind: 'match'}];
  return {start: compile(node, 0), instructions};

  function add(instruction: Instruction): number {
    return instructions.push(instruction) - 1;
  }

  /** Built from the end: every part is told where to go on, and answers where it begins. */
  function compile(part: RegexNode, next: number): number {
    switch (part.kind) {
      case 'set':
        return add({kind: 'set', set: part.set, next});
      case 'assertion':
        return add({kind: 'assertion', assertion: part.assertion, next});
      case 'sequence':
        return part.parts.reduceRight((after, each) => compile(each, after), next);
      case 'choice':
        return add({kind: 'split', targets: part.options.map(option => compile(option, next))});
      case 'repeat':
        return compileRepeat(part.part, part.min, part.max, next);
    }
  }

  function compileRepeat(part: RegexNode, min: number, max: number | undefined, next: number): number {
    let entry = next;
    if (max === undefined) {
      const targets = [next];
      entry = add({kind: 'split', targets});
      targets.push(compile(part, entry));
    } else {
      for (let optional = max - min; optional > 0; optional -= 1) {
        entry = add({kind: 'split', targets: [next, compile(part, entry)]});
      }
    }
    for (let required = min; required > 0; required -= 1) entry = compile(part, entry);
    return entry;
  }
}
