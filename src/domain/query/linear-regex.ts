/**
 * Case-insensitive regular expressions whose cost grows with the text only, never exponentially: a person types them
 * against ten thousand rows, a key at a time, and no pattern may freeze the screen. The syntax is RE2's.
 */
import {RE2JS, RE2JSSyntaxException} from 're2js';
import {type Phrase, phrase} from '../messages/phrase.ts';

const patternLengthMax = 200;

export type LinearRegex = {test(text: string): boolean};

export function compileRegex(pattern: string): {readonly regex: LinearRegex} | {readonly error: Phrase} {
  if (pattern.length > patternLengthMax) return {error: phrase('query.patternTooLong', patternLengthMax)};
  try {
    return {regex: RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)};
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return {error: syntaxError(error)};
  }
}

/** The library's reasons in our words. */
function syntaxError(error: RE2JSSyntaxException): Phrase {
  const reason = error.getDescription();
  const part = error.getPattern() ?? '';
  switch (reason) {
    case 'missing closing )':
      return phrase('query.unclosedGroup');
    case 'unexpected )':
      return phrase('query.unopenedGroup');
    case 'missing closing ]':
      return phrase('query.unclosedSet');
    case 'missing argument to repetition operator':
    case 'invalid nested repetition operator':
      return phrase('query.nothingToRepeat', part.slice(-1));
    case 'invalid character class range':
      return phrase('query.badRange', part);
    case 'invalid repeat count':
      return phrase('query.badCount', part);
    case 'trailing backslash at end of expression':
      return phrase('query.trailingBackslash');
    default:
      return phrase('query.unsupportedSyntax', part);
  }
}
